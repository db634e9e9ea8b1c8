#include "http/wording.hpp"

#include "base/printable.hpp"
#include "wire/wording.hpp"

namespace securebase::http {

Result<std::vector<service::WordingReview>> import_wording(const service::Practice& practice,
                                                           const service::Actor& actor,
                                                           const NewWording& input) {
  const auto file = wire::parse_wording(printable(input.file_name), input.csv);
  if (!file) return tl::unexpected(file.error());
  return service::import_wording(practice, actor, input, *file);
}

}  // namespace securebase::http
