#pragma once
// Internal to wire: one reader of a pack for each format, and what they share.

#include <optional>
#include <string>
#include <string_view>

#include "wire/node.hpp"
#include "wire/pack.hpp"

namespace securebase::wire {

[[nodiscard]] Result<catalog::Pack> parse_fhir(const std::string& name, const Node& root,
                                               const PackChoice& choice);
[[nodiscard]] Result<catalog::Pack> parse_osd(const std::string& name, const Node& root,
                                              const PackChoice& choice);
[[nodiscard]] Result<catalog::Pack> parse_redcap(const std::string& name, std::string_view csv,
                                                 const PackChoice& choice);

/// Values beyond are no answers of a questionnaire.
inline constexpr int largest_answer = 9999;

/// nullptr where it is no text.
[[nodiscard]] const std::string* as_text(const Node* node);
/// The member's text; empty where there is none.
[[nodiscard]] std::string text_at(const Node& node, std::string_view member);
/// A whole number, also as 3.0; nothing where it is another, or too large to be an answer.
[[nodiscard]] std::optional<int> as_whole(const Node* node);
/// "3", "-1"; nothing where it is anything else.
[[nodiscard]] std::optional<int> parse_whole(std::string_view text);
/// "3", "3.", "3)", "Q3": a question's number.
[[nodiscard]] std::optional<int> parse_number(std::string_view text);
/// As catalog::language_tag; files write "de_CH" too.
[[nodiscard]] std::optional<std::string> language_of_file(std::string_view written);
/// With a line break between two that are not empty.
void append_line(std::string& text, std::string_view line);

}  // namespace securebase::wire
