#include "service/demo_page.hpp"

#include "service/client_page_record.hpp"
#include "service/reminder.hpp"

namespace securebase::service {
namespace {

constexpr int page_made = 30;  // days ago
constexpr int asked = 1;
constexpr std::int64_t opens_ms = 120 * day_ms;

Result<bool> agree_to_reminders(const DemoWriter& by) {
  ChooseReminders input;
  input.address = Private<std::string>("invented@post.example");
  input.agreed = Private<std::string>("Nobody else opens that mailbox. Wants to hear a day before.");
  input.measures = true;
  const auto chosen = choose_reminders(by.practice, by.therapist, by.person, input);
  if (!chosen) return tl::unexpected(chosen.error());
  return true;
}

/// Its link was handed over: nobody knows it any more. A new one can be made.
Result<bool> make_page(const DemoWriter& by) {
  ClientPage page;
  page.id = new_id<ClientPage>(by.practice.entropy);
  page.course = by.course;
  page.person = by.person;
  page.token_hash = by.practice.secrets.hash_token(by.practice.entropy.token());
  page.made_by = by.therapist.user;
  page.made_at = by.practice.clock.now();
  page.expires_at = page.made_at + opens_ms;
  return by.practice.store.write([&](Transaction& transaction) { return insert(transaction, page); });
}

Result<bool> ask_for_a_copy(const DemoWriter& by) {
  ClientRequest request;
  request.id = new_id<ClientRequest>(by.practice.entropy);
  request.course = by.course;
  request.person = by.person;
  request.asked_at = by.practice.clock.now();
  return by.practice.store.write([&](Transaction& transaction) { return insert(transaction, request); });
}

}  // namespace

std::vector<DemoEntry> demo_page_entries(const DemoCourse& course) {
  if (course.writing != DemoWriting::rich) return {};
  return {{page_made, agree_to_reminders}, {page_made, make_page}, {asked, ask_for_a_copy}};
}

}  // namespace securebase::service
