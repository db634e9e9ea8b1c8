#pragma once
// A file of wording as it comes from a browser.

#include "http/router.hpp"
#include "service/wording.hpp"

namespace securebase::http {

struct NewWording : service::WordingTerms {
  std::string file_name;
  std::string csv;  ///< wire/wording.hpp says how it is written

  static constexpr auto fields() {
    return std::tuple_cat(service::WordingTerms::fields(),
                          std::tuple(service::Field{"file_name", &NewWording::file_name},
                                     service::Field{"csv", &NewWording::csv}));
  }
};

/// Errors of wire::parse_wording and service::import_wording.
[[nodiscard]] Result<std::vector<service::WordingReview>> import_wording(const service::Practice& practice,
                                                                         const service::Actor& actor,
                                                                         const NewWording& input);

}  // namespace securebase::http
