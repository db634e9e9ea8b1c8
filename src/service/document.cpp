#include "service/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "service/course.hpp"

namespace securebase::service {
namespace {

Result<bool> check(const SignDocument& input) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (input.kind.empty() || input.kind.size() > longest_document_kind ||
      !std::all_of(input.kind.begin(), input.kind.end(), fits))
    return fail(ErrorKind::bad_data, "document.kind",
                fmt::format("1 to {} of the characters a-z 0-9 _", longest_document_kind),
                Place{"", 0, 0, "kind"});
  if (input.words.reveal().empty())
    return fail(ErrorKind::bad_data, "document.words", "a document has words", Place{"", 0, 0, "words"});
  return true;
}

Result<Shown> shown_of(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                       const Id<Person>& person, const std::string& program) {
  const auto given = list<Administration>(
      transaction, {{where(&Administration::course, course), where(&Administration::respondent, person)},
                    {by(&Administration::given_at, true)},
                    {}});
  if (!given) return tl::unexpected(given.error());
  Shown shown{{}, program};
  for (const Administration& administration : *given) {
    auto sheet = sheet_of(transaction, practice, administration);
    if (!sheet) return tl::unexpected(sheet.error());
    shown.sheets.push_back(std::move(*sheet));
  }
  return shown;
}

DocumentView view_of(const SignedDocument& document) {
  return {document.id, document.person, document.kind, document.signed_by, document.signed_at};
}

}  // namespace

Result<DocumentView> sign_document(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const SignDocument& input, const std::string& program,
                                   const Freeze& freeze) {
  if (auto fits = check(input); !fits) return tl::unexpected(fits.error());
  const auto id = new_id<SignedDocument>(practice.entropy);
  return carry_out<DocumentView>(
      practice, actor, {"document.sign", Permission::write_course, course, input.person, id.text()},
      [&](Transaction& transaction) -> Result<DocumentView> {
        const auto member = is_member(transaction, course, input.person);
        if (!member) return tl::unexpected(member.error());
        if (!*member)
          return fail(ErrorKind::bad_data, "document.person", "a member of the course",
                      Place{"", 0, 0, "person"});
        const auto shown = shown_of(transaction, practice, course, input.person, program);
        if (!shown) return tl::unexpected(shown.error());
        const SignedDocument document{
            id,         input.person,        course, input.kind, freeze(input.words, *shown),
            actor.user, practice.clock.now()};
        if (auto added = insert(transaction, document); !added) return tl::unexpected(added.error());
        return view_of(document);
      });
}

Result<std::vector<DocumentView>> list_documents(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course) {
  return look<std::vector<DocumentView>>(
      practice, actor, {"document.list", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<DocumentView>> {
        const auto documents = list<SignedDocument>(
            transaction,
            {{where(&SignedDocument::course, course)}, {by(&SignedDocument::signed_at, true)}, {}});
        if (!documents) return tl::unexpected(documents.error());
        std::vector<DocumentView> views;
        for (const SignedDocument& document : *documents) views.push_back(view_of(document));
        return views;
      });
}

Result<SignedDocument> read_document(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                     const Id<SignedDocument>& id) {
  return look<SignedDocument>(
      practice, actor, {"document.read", Permission::read_course, course, {}, id.text()},
      [&](Transaction& transaction) -> Result<SignedDocument> {
        auto document = get<SignedDocument>(transaction, id);
        if (!document || document->course == course) return document;
        return fail(ErrorKind::not_found, "signed_document.not_found", "there is no such record");
      });
}

}  // namespace securebase::service
