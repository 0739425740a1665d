// Schemes side by side: what differs first, then what they share.
#include <algorithm>

#include "app/report/contents.h"
#include "core/quant/scheme_difference.h"

namespace qs {

namespace {

QString shown(const std::string& value) {
  return value.empty() ? QStringLiteral("–") : clean(value);
}

void add_titles(const std::vector<Scheme>& schemes, Blocks& blocks) {
  TextTable table{{}, {{QObject::tr("scheme")}, {QObject::tr("what it is")}}, {}};
  for (const Scheme& scheme : schemes) table.rows.push_back({clean(scheme.id), clean(scheme.title)});
  blocks.emplace_back(std::move(table));
}

/// A row per scheme and a column per key: schemes may be many, and what differs is little.
TextTable differing(const std::vector<Scheme>& schemes, const std::vector<SchemeRow>& rows) {
  TextTable table{QObject::tr("What differs"), {{QObject::tr("scheme")}}, {}};
  for (const Scheme& scheme : schemes) table.rows.push_back({clean(scheme.id)});
  for (const SchemeRow& row : rows) {
    if (!row.differs()) continue;
    table.columns.push_back({clean(row.title)});
    for (std::size_t s = 0; s < schemes.size(); ++s) table.rows[s].push_back(shown(row.values[s]));
  }
  return table;
}

TextTable shared(const std::vector<SchemeRow>& rows, const QString& caption) {
  TextTable table{caption, {{QObject::tr("choice")}, {QObject::tr("value")}, {QObject::tr("what it is about")}}, {}};
  for (const SchemeRow& row : rows) {
    if (row.differs() || row.values.front().empty()) continue;
    table.rows.push_back({clean(row.title), shown(row.values.front()), clean(row.summary)});
  }
  return table;
}

}  // namespace

void add_schemes(const ReportRequest& request, Blocks& blocks) {
  const std::vector<Scheme> schemes = schemes_of(request);
  if (schemes.empty()) return;
  blocks.emplace_back(Heading{2, QObject::tr("Schemes")});
  add_titles(schemes, blocks);
  const std::vector<SchemeRow> rows = side_by_side(schemes);
  const bool differ = std::any_of(rows.begin(), rows.end(), [](const SchemeRow& row) { return row.differs(); });
  if (differ) blocks.emplace_back(differing(schemes, rows));
  blocks.emplace_back(shared(rows, schemes.size() > 1 ? QObject::tr("The same in all") : QString()));
}

}  // namespace qs
