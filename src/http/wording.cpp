#include "http/wording.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "base/printable.hpp"
#include "base/unseen.hpp"
#include "catalog/ask.hpp"
#include "wire/pack.hpp"
#include "wire/wording.hpp"

namespace securebase::http {
namespace {

Place field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

/// Whether the first line is that of a table of texts: item, text and locale in any order, with any
/// separator.
bool is_table_of_texts(std::string_view content) {
  std::string head;
  for (const char c : content.substr(0, std::min(content.find('\n'), content.size())))
    if (c >= 'A' && c <= 'Z')
      head += static_cast<char>(c - 'A' + 'a');
    else if (c >= 'a' && c <= 'z')
      head += c;
  std::array<std::string, 3> names = {"item", "locale", "text"};
  do
    if (head == names[0] + names[1] + names[2]) return true;
  while (std::next_permutation(names.begin(), names.end()));
  return false;
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  std::string text;
  for (const unsigned char byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

/// "line 4, q2: " before what is wanted there: a page shows a fault of a file beside the file, by item and
/// line.
Error of_content(Error error) {
  std::string place = error.where.line > 0 ? fmt::format("line {}", error.where.line) : "";
  if (!error.where.field.empty()) place += (place.empty() ? "" : ", ") + error.where.field;
  if (!place.empty()) error.detail = place + ": " + error.detail;
  error.where.field = "content";
  return error;
}

/// With the field of the form that it is about.
tl::unexpected<Error> beside(Error error) {
  constexpr std::pair<std::string_view, const char*> fields[] = {
      {"pack.language", "language"}, {"pack.form", "form"}, {"pack.given_answers", "answers"}};
  for (const auto& [code, name] : fields)
    if (error.code == code) {
      error.where.field = name;
      return tl::unexpected(std::move(error));
    }
  if (error.code == "pack.format")
    error.detail += ". Or a table of texts: a CSV file whose first line is item,text,locale";
  return tl::unexpected(of_content(std::move(error)));
}

Result<service::PackFile> read(const std::string& name, const NewWording& input) {
  wire::PackChoice choice{input.language.value_or(""), input.form.value_or(""), {}};
  if (!input.answers.value_or("").empty()) {
    auto answers = wire::parse_choices(*input.answers, field("answers"));
    if (!answers) return tl::unexpected(answers.error());
    choice.answers = std::move(*answers);
  }
  auto pack = wire::parse_pack(name, input.content, choice);
  if (!pack) return beside(pack.error());
  return service::PackFile{name, std::move(*pack), sha256(input.content),
                           input.leave_out.value_or(std::vector<std::string>())};
}

}  // namespace

Result<std::vector<service::WordingReview>> import_wording(const service::Practice& practice,
                                                           const service::Actor& actor,
                                                           const NewWording& input) {
  const std::string name = printable(input.file_name, 200);
  if (input.content.size() > largest_upload)
    return fail(
        ErrorKind::bad_data, "wording.too_large",
        fmt::format("{} KiB at most in the browser; the command line takes 4 MiB", largest_upload >> 10U),
        field("content"));
  if (is_table_of_texts(input.content)) {
    for (const auto* only : {&input.language, &input.form, &input.answers})
      if (!only->value_or("").empty())
        return fail(
            ErrorKind::bad_data, "wording.table_only",
            "a table of texts says language and answers itself: language, form and answers stay empty",
            field(only == &input.language ? "language"
                  : only == &input.form   ? "form"
                                          : "answers"));
    const auto file = wire::parse_wording(name, input.content);
    if (!file) return beside(file.error());
    auto reviews = service::import_wording(practice, actor, input, *file);
    return reviews || reviews.error().where.name.empty() ? std::move(reviews) : beside(reviews.error());
  }
  const auto file = read(name, input);
  if (!file) return tl::unexpected(file.error());
  auto review = service::import_pack(practice, actor, input, *file);
  if (!review) return tl::unexpected(review.error());
  return std::vector<service::WordingReview>{std::move(*review)};
}

Result<GuideView> guide_to_wording(const service::Practice& practice, const service::Actor& /*actor*/,
                                   const WordingRequest& input) {
  constexpr std::size_t most = 200;
  const auto found = catalog::find_instrument(practice.library, input.instrument);
  if (!found)
    return fail(ErrorKind::bad_data, "instrument.unknown",
                "an instrument that this practice has, or one of its versions: see /api/v1/instruments",
                field("instrument"));
  const std::pair<const char*, const std::string*> words[] = {{"practice", &input.practice},
                                                              {"purpose", &input.purpose},
                                                              {"clients", &input.clients},
                                                              {"languages", &input.languages}};
  for (const auto& [name, text] : words)
    if (text->size() > most || unseen_sign(*text))
      return fail(ErrorKind::bad_data, "letter.words",
                  fmt::format("{} bytes at most, without signs that cannot be seen", most), field(name));
  auto guide =
      catalog::make_wording_guide(**found, {input.practice, input.purpose, input.clients, input.languages});
  GuideView view{std::move(guide.title),
                 std::move(guide.holder),
                 std::move(guide.terms),
                 guide.verified,
                 std::move(guide.note),
                 std::move(guide.attribution),
                 {},
                 std::move(guide.steps),
                 std::move(guide.letter)};
  for (const catalog::Source& source : guide.sources) view.places.push_back({source.citation, source.url});
  return view;
}

}  // namespace securebase::http
