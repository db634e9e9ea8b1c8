#pragma once
// Signed documents over HTTP. What was frozen is the JSON that was shown, and is given back as it was.

#include "http/router.hpp"
#include "service/document.hpp"

namespace securebase::http {

struct DocumentPage {
  service::DocumentView document;
  Private<std::string> words;
  wire::Node shown;  ///< service::Shown, as it was written when this was signed

  static constexpr auto fields(const auto& use) {
    using service::Field;
    return use(Field{"document", &DocumentPage::document}, Field{"words", &DocumentPage::words},
               Field{"shown", &DocumentPage::shown});
  }
};

[[nodiscard]] Result<service::DocumentView> sign_document(const service::Practice& practice,
                                                          const service::Actor& actor,
                                                          const Id<service::Course>& course,
                                                          const service::SignDocument& input);
[[nodiscard]] Result<DocumentPage> read_document(const service::Practice& practice,
                                                 const service::Actor& actor,
                                                 const Id<service::Course>& course,
                                                 const Id<service::SignedDocument>& id);

}  // namespace securebase::http
