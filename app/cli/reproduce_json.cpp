#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/reproduce_report.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

std::string one_line(std::string_view title) {
  std::string text(title);
  std::ranges::replace(text, '\n', ' ');
  return text;
}

Json row_json(const MeasuredRow& row) {
  Json top1;
  Json intervals;
  for (const MeasuredColumn& column : row.columns) {
    const Interval wilson = wilson_interval(column.top1());
    top1[column.scheme] = column.top1().fraction();
    intervals[column.scheme] = {wilson.low, wilson.high};
  }
  return {{"network", row.network},
          {"depthwise", row.depthwise},
          {"images", row.columns.front().top1().total},
          {"top1", top1},
          {"top1_interval", intervals}};
}

Json claim_json(const Claim& claim, const std::vector<MeasuredRow>& rows) {
  Json judgements = Json::array();
  for (const MeasuredRow& row : rows) {
    const std::optional<Judgement> judgement = claim.judge(row);
    if (!judgement) continue;
    judgements.push_back(
        {{"network", row.network}, {"verdict", to_string(judgement->verdict)}, {"numbers", judgement->numbers}});
  }
  return {{"id", claim.id},
          {"text", claim.text},
          {"source", claim.source},
          {"rule", claim.rule},
          {"judgements", judgements}};
}

}  // namespace

nlohmann::ordered_json to_json(const ReproducedTable& table) {
  Json columns = Json::array();
  for (const PublishedColumn& column : table.published.columns) {
    columns.push_back({{"title", one_line(column.title)}, {"scheme", column.scheme}});
  }
  Json rows = Json::array();
  for (const MeasuredRow& row : table.rows) rows.push_back(row_json(row));
  Json judged = Json::array();
  for (const Claim& claim : claims()) {
    const bool is_about = std::ranges::find(claim.tables, table.published.id) != claim.tables.end();
    if (is_about) judged.push_back(claim_json(claim, table.rows));
  }
  Json evaluations = Json::array();
  for (const EvaluationReport& report : table.evaluations) evaluations.push_back(to_json(report));
  return {{"table", table.published.id},
          {"title", table.published.title},
          {"partial", table.stopped},
          {"columns", columns},
          {"rows", rows},
          {"published", published_json(table.published)},
          {"claims", judged},
          {"evaluations", evaluations}};
}

}  // namespace qs
