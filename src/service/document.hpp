#pragma once
// Signed documents: the therapist's words, and beside them what the record showed at that moment, frozen. A
// later definition or engine may score the same answers otherwise; what was signed stays what it was.

#include <functional>
#include <string>
#include <vector>

#include "service/measure.hpp"

namespace securebase::service {

inline constexpr std::size_t longest_document_kind = 32;

struct SignDocument {
  Id<Person> person;  ///< whom it is about; their key seals it
  std::string kind;   ///< "report", "letter", ...: 1 to 32 of a-z 0-9 _
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &SignDocument::person}, Field{"kind", &SignDocument::kind},
               Field{"words", &SignDocument::words});
  }
};

/// What a document shows beside its words: the sheets of the one whom it is about, with today's scores.
/// Nobody else's, though it be a couple's course.
struct Shown {
  std::vector<Sheet> sheets;  ///< newest first
  std::string program;        ///< version of the program that scored them

  static constexpr auto fields(const auto& use) {
    return use(Field{"sheets", &Shown::sheets}, Field{"program", &Shown::program});
  }
};

/// A document without what it holds.
struct DocumentView {
  Id<SignedDocument> id;
  Id<Person> person;
  std::string kind;
  Id<User> signed_by;
  Instant signed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &DocumentView::id}, Field{"person", &DocumentView::person},
               Field{"kind", &DocumentView::kind}, Field{"signed_by", &DocumentView::signed_by},
               Field{"signed_at", &DocumentView::signed_at});
  }
};

/// Writes down words and what is shown, in a form that `read_document` gives back as it is.
using Freeze = std::function<Private<std::string>(const Private<std::string>& words, const Shown& shown)>;

/// `program`: version of the program. Errors: "document.person" (no member of the course), "document.kind",
/// "document.words" (there are none).
[[nodiscard]] Result<DocumentView> sign_document(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const SignDocument& input,
                                                 const std::string& program, const Freeze& freeze);

/// Of one course, newest first.
[[nodiscard]] Result<std::vector<DocumentView>> list_documents(const Practice& practice, const Actor& actor,
                                                               const Id<Course>& course);
/// With what was frozen. Error "signed_document.not_found".
[[nodiscard]] Result<SignedDocument> read_document(const Practice& practice, const Actor& actor,
                                                   const Id<Course>& course, const Id<SignedDocument>& id);

}  // namespace securebase::service
