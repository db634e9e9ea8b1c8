#pragma once
// A client's own page on the portal, and what they ask the practice for from there.

#include "service/record.hpp"

namespace securebase::service {

/// A link to what is a person's own in one course. It is not tied to a sheet, can be taken back, and ends.
struct ClientPage {
  static constexpr std::string_view table = "client_page";
  static constexpr std::string_view sealed_by{};

  Id<ClientPage> id;
  Id<Course> course;
  Id<Person> person;
  std::string token_hash;
  std::optional<std::string> word_hash;  ///< nothing: the link alone opens it
  Id<User> made_by;
  Instant made_at;
  Instant expires_at;
  std::optional<Instant> revoked_at;
  std::optional<Instant> opened_at;  ///< last

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ClientPage::id}, Field{"course", &ClientPage::course},
               Field{"person", &ClientPage::person}, Field{"token_hash", &ClientPage::token_hash},
               Field{"word_hash", &ClientPage::word_hash}, Field{"made_by", &ClientPage::made_by},
               Field{"made_at", &ClientPage::made_at}, Field{"expires_at", &ClientPage::expires_at},
               Field{"revoked_at", &ClientPage::revoked_at}, Field{"opened_at", &ClientPage::opened_at});
  }
};

enum class RequestKind { copy, erasure };
template <>
inline constexpr std::array names_of<RequestKind> = {"copy"sv, "erasure"sv};

/// A client asks for a copy of their record, or for its erasure. The practice answers: nothing is done by the
/// program alone.
struct ClientRequest {
  static constexpr std::string_view table = "client_request";
  static constexpr std::string_view sealed_by = "person";

  Id<ClientRequest> id;
  Id<Course> course;
  Id<Person> person;
  RequestKind kind = RequestKind::copy;
  Instant asked_at;
  std::optional<Instant> handled_at;
  std::optional<Id<User>> handled_by;
  std::optional<Private<std::string>> outcome;  ///< what was done

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ClientRequest::id}, Field{"course", &ClientRequest::course},
               Field{"person", &ClientRequest::person}, Field{"kind", &ClientRequest::kind},
               Field{"asked_at", &ClientRequest::asked_at}, Field{"handled_at", &ClientRequest::handled_at},
               Field{"handled_by", &ClientRequest::handled_by}, Field{"outcome", &ClientRequest::outcome});
  }
};

}  // namespace securebase::service
