#pragma once
// A practice without a record: for what is decided before the record is asked.

#include "http/gate.hpp"

namespace securebase::http {

class Nobody : public service::Store,
               public service::Clock,
               public service::Entropy,
               public service::Secrets {
 public:
  Result<bool> read(const Use& /*use*/) override { return asked(); }
  Result<bool> write(const Use& /*use*/) override { return asked(); }
  [[nodiscard]] Instant now() const override { return {}; }
  std::string id_digits() override { return {}; }
  Private<std::string> token() override { return {}; }
  Result<std::string> hash_password(const Private<std::string>& /*password*/) override {
    return std::string();
  }
  bool is_password(const std::string& /*hash*/, const Private<std::string>& /*password*/) override {
    return false;
  }
  std::string hash_token(const Private<std::string>& /*token*/) override { return {}; }
  std::optional<std::int64_t> code_step(const Private<std::string>& /*secret*/, std::string_view /*code*/,
                                        Instant /*now*/, std::int64_t /*last_step*/) override {
    return std::nullopt;
  }
  Result<service::PasskeyKey> accept_passkey(const service::RelyingParty& /*party*/,
                                             std::string_view /*challenge*/,
                                             const service::NewPasskey& /*made*/) override {
    return service::PasskeyKey{};
  }
  Result<service::PasskeyKey> check_passkey(const service::RelyingParty& /*party*/,
                                            std::string_view /*challenge*/,
                                            const service::PasskeyKey& /*stored*/,
                                            const service::PasskeyUse& /*use*/) override {
    return service::PasskeyKey{};
  }
  Private<std::string> new_code_secret() override { return {}; }
  std::string chain_hash(std::string_view /*previous*/, std::string_view /*bytes*/) override { return {}; }
  std::string blind_index(std::string_view /*purpose*/, const Private<std::string>& /*word*/) override {
    return {};
  }

  int times_asked = 0;

 private:
  Result<bool> asked() {
    ++times_asked;
    return fail(ErrorKind::io, "nobody.here", "there is no record");
  }
};

struct EmptyPractice {
  Nobody nobody;
  catalog::Library library;
  service::Practice practice{nobody, nobody, nobody, nobody, library};
  service::Attempts attempts;
  service::Challenges challenges;
  Desk desk{practice, attempts, challenges};
};

}  // namespace securebase::http
