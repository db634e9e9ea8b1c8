#pragma once
// Wording as it comes from a browser: a file of any format that the program reads, and a letter to whoever
// owns one.

#include "http/router.hpp"
#include "service/wording.hpp"

namespace securebase::http {

/// Bytes of a file that a browser may send: with JSON's escapes that stays below what a body may have.
inline constexpr std::size_t largest_upload = std::size_t{640} << 10U;

struct NewWording : service::WordingTerms {
  std::string file_name;
  std::string content;  ///< a table of texts (wire/wording.hpp), or one of the formats of wire/pack.hpp
  // What the file does not say; of a table of texts nothing of it is wanted.
  std::optional<std::string> language;
  std::optional<std::string> form;     ///< of a data dictionary with several
  std::optional<std::string> answers;  ///< "0, Never | 1, Often"
  std::optional<std::vector<std::string>> leave_out;

  static constexpr auto fields(const auto& use) {
    return service::WordingTerms::fields([&](const auto&... field) {
      return use(field..., service::Field{"file_name", &NewWording::file_name},
                 service::Field{"content", &NewWording::content},
                 service::Field{"language", &NewWording::language}, service::Field{"form", &NewWording::form},
                 service::Field{"answers", &NewWording::answers},
                 service::Field{"leave_out", &NewWording::leave_out});
    });
  }
};

/// Errors of wire::parse_wording and service::import_wording for a table of texts, of wire::parse_pack,
/// wire::parse_choices and service::import_pack for another format; "wording.too_large"; "wording.table_only"
/// (something that only other formats need).
[[nodiscard]] Result<std::vector<service::WordingReview>> import_wording(const service::Practice& practice,
                                                                         const service::Actor& actor,
                                                                         const NewWording& input);

/// For whom the letter is written; what is empty stays a mark in brackets.
struct WordingRequest {
  std::string instrument;  ///< "phq-9" or "phq-9@2001"
  std::string practice;
  std::string purpose;
  std::string clients;  ///< how many a year
  std::string languages;

  static constexpr auto fields(const auto& use) {
    return use(service::Field{"instrument", &WordingRequest::instrument},
               service::Field{"practice", &WordingRequest::practice},
               service::Field{"purpose", &WordingRequest::purpose},
               service::Field{"clients", &WordingRequest::clients},
               service::Field{"languages", &WordingRequest::languages});
  }
};

struct PlaceToAsk {
  std::string citation;
  std::string url;  ///< may be empty

  static constexpr auto fields(const auto& use) {
    return use(service::Field{"citation", &PlaceToAsk::citation}, service::Field{"url", &PlaceToAsk::url});
  }
};

/// catalog::WordingGuide, as it is said.
struct GuideView {
  std::string title;
  std::string holder;  ///< empty: not known
  std::string terms;
  bool verified = false;
  std::string note;
  std::string attribution;
  std::vector<PlaceToAsk> places;
  std::vector<std::string> steps;
  std::string letter;  ///< empty: nobody has to be asked

  static constexpr auto fields(const auto& use) {
    return use(service::Field{"title", &GuideView::title}, service::Field{"holder", &GuideView::holder},
               service::Field{"terms", &GuideView::terms}, service::Field{"verified", &GuideView::verified},
               service::Field{"note", &GuideView::note},
               service::Field{"attribution", &GuideView::attribution},
               service::Field{"places", &GuideView::places}, service::Field{"steps", &GuideView::steps},
               service::Field{"letter", &GuideView::letter});
  }
};

/// Nothing is sent to anybody, and nothing is kept. Errors "instrument.unknown", "letter.words" (more than
/// 200 bytes, or signs that cannot be seen).
[[nodiscard]] Result<GuideView> guide_to_wording(const service::Practice& practice,
                                                 const service::Actor& actor, const WordingRequest& input);

}  // namespace securebase::http
