// Exceptions for layers, as a form edits them: those of certain patterns, one key at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "views/models/scheme_fields.h"

namespace qs {

/// The exception with exactly this pattern; one that says nothing where there is none.
[[nodiscard]] LayerOverride exception_for(const Scheme& scheme, const std::string& pattern);

/// `scheme` with one key of the exceptions with these patterns changed. New ones come first, so that they count before
/// more general ones; those that say nothing any more are removed.
[[nodiscard]] Scheme with_exception(Scheme scheme, std::span<const std::string> patterns, std::string_view path,
                                    const FieldValue& value);

/// How many of `names` the pattern matches.
[[nodiscard]] int matching_layers(const std::string& pattern, std::span<const std::string> names);

/// The keys of an exception, set where all patterns agree; what counts in its place where it is not set.
struct ExceptionField {
  Field field;
  FieldValue otherwise;
};
[[nodiscard]] std::vector<ExceptionField> exception_fields(const Scheme& scheme, std::span<const std::string> patterns);

}  // namespace qs
