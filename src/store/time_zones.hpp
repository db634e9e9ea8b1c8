#pragma once
// Time zones as this machine's IANA database has them.

#include <string>

#include "service/ports.hpp"

namespace securebase::store {

class SystemTimeZones : public service::TimeZones {
 public:
  explicit SystemTimeZones(std::string folder = "/usr/share/zoneinfo") : folder_(std::move(folder)) {}

  [[nodiscard]] Result<TimeZone> find(const std::string& name) const override;

 private:
  std::string folder_;
};

}  // namespace securebase::store
