#include "views/forms/field_help.h"

#include <fmt/format.h>

#include "views/forms/choice_editors.h"

namespace qs {

namespace {

QString with_unit(const std::string& number, std::string_view unit) {
  return QString::fromStdString(number) + (unit.empty() ? QString() : QString(" ") + text(unit));
}

}  // namespace

QString help_of(const Field& field, const Field& usual) {
  QString help = text(field.key.summary);
  if (field.kind == FieldKind::whole && !field.key.ends_only) {
    help += QObject::tr(" From %1 to %2.")
                .arg(QString::number(field.key.min), with_unit(std::to_string(field.key.max), field.key.unit));
  }
  if (field.kind == FieldKind::real) {
    help += QObject::tr(" From %1 to %2.")
                .arg(QString::number(field.key.least),
                     with_unit(QString::number(field.key.most).toStdString(), field.key.unit));
  }
  if (field.kind != FieldKind::text && !std::holds_alternative<std::monostate>(usual.value)) {
    help += QObject::tr(" Default: %1.").arg(QString::fromStdString(text_of(usual)));
  }
  if (!field.key.citation.empty()) help += QString(" %1.").arg(text(field.key.citation));
  return help;
}

QString help_of(const Param& param) {
  return QObject::tr("%1: %2 From %3 to %4, default %5.")
      .arg(text(param.title), text(param.summary), QString::fromStdString(fmt::format("{}", param.min)),
           with_unit(fmt::format("{}", param.max), param.unit),
           with_unit(fmt::format("{}", param.default_value), param.unit));
}

}  // namespace qs
