// Tests that read like tables: a vector of rows, each with a `name`, drives a Qt Test data function.
#pragma once

#include <QtTest/QtTest>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace qs {

/// The body of NAME_data().
template <class Row>
void table_rows(const std::vector<Row>& table) {
  QTest::addColumn<int>("index");
  for (std::size_t i = 0; i < table.size(); ++i)
    QTest::newRow(std::string(table[i].name).c_str()) << static_cast<int>(i);
}

/// In NAME(): the row that is being tested.
template <class Row>
[[nodiscard]] Row current_row(const std::vector<Row>& table) {
  QFETCH(int, index);
  return table.at(static_cast<std::size_t>(index));
}

/// The message of the `Error` that blames the input and that `body` must end in; otherwise what happened instead.
template <class Body>
[[nodiscard]] std::string refusal_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code() == ErrorCode::bad_input ? error.what() : fmt::format("wrong kind of error: {}", error.what());
  }
  return "nothing was refused";
}

}  // namespace qs

/// Fails, showing both, unless `text` holds `words`.
#define QS_CONTAINS(text, words)                                                                           \
  do {                                                                                                     \
    const std::string text_ = (text);                                                                      \
    const std::string words_ = (words);                                                                    \
    QVERIFY2(text_.find(words_) != std::string::npos, ("\"" + words_ + "\" is not in: " + text_).c_str()); \
  } while (false)
