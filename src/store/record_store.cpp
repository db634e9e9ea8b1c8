#include "store/record_store.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "store/record_transaction.hpp"

namespace securebase::store {
namespace {

constexpr std::size_t most_together = 64;  // jobs of one commit
constexpr int most_attempts = 5;
constexpr std::chrono::milliseconds pause_of_sweeps{500};

bool is_worth_repeating(const Error& error) {
  return error.code == "database.busy";
}

/// PostgreSQL lets several write at once; a record has one writer, whichever program it is in.
Result<bool> be_the_only_writer(Connection& connection) {
  if (connection.engine() == Engine::sqlite) return true;
  constexpr std::int64_t writer = 0x5365'6375'7265;  // "Secure"
  const auto held = connection.query("SELECT pg_advisory_xact_lock($1)", {writer});
  if (!held) return tl::unexpected(held.error());
  return true;
}

Result<WrappedKey> wrapped_key(const Rows& rows, std::size_t at) {
  const auto person = rows.get<std::string>(at, 0);
  const auto version = rows.get<std::int64_t>(at, 1);
  const auto wrapped = rows.get<Blob>(at, 2);
  if (!person) return tl::unexpected(person.error());
  if (!version) return tl::unexpected(version.error());
  if (!wrapped) return tl::unexpected(wrapped.error());
  return WrappedKey{*person, static_cast<std::uint32_t>(*version),
                    std::string(reinterpret_cast<const char*>(wrapped->data()), wrapped->size())};
}

}  // namespace

std::span<const std::string_view> record_tables() {
  static constexpr std::string_view tables[] = {"person_key",
                                                "person",
                                                "person_index",
                                                "figure",
                                                "history_event",
                                                "practice_user",
                                                "passkey",
                                                "course",
                                                "member",
                                                "consent",
                                                "occasion",
                                                "wording_pack",
                                                "wording_line",
                                                "administration",
                                                "response_sheet",
                                                "local_norm",
                                                "risk_entry",
                                                "signed_document",
                                                "comforting",
                                                "claim",
                                                "claim_evidence",
                                                "corrective_moment",
                                                "claim_review",
                                                "formulation",
                                                "relationship_episode",
                                                "coding_target",
                                                "coding_sheet",
                                                "coded_event",
                                                "coded_rating",
                                                "coded_class",
                                                "procedure_step",
                                                "practice_definition",
                                                "course_plan",
                                                "plan_stage",
                                                "plan_marker",
                                                "plan_gate_answer",
                                                "planned_technique",
                                                "goal",
                                                "goal_rating",
                                                "loss_day",
                                                "alert",
                                                "alert_step",
                                                "feedback_status",
                                                "learned_course",
                                                "therapy_session",
                                                "session_mark",
                                                "technique_use",
                                                "session_note",
                                                "note_version",
                                                "fidelity_rating",
                                                "course_event",
                                                "next_step",
                                                "hold",
                                                "gate_interview",
                                                "gate_decision",
                                                "safety_screen",
                                                "safety_action",
                                                "safety_plan",
                                                "absence",
                                                "jurisdiction",
                                                "child_note",
                                                "course_ending",
                                                "follow_up",
                                                "supervision_case",
                                                "mail_account",
                                                "reminder_choice",
                                                "reminder",
                                                "client_page",
                                                "client_request",
                                                "session",
                                                "ticket",
                                                "setting",
                                                "break_glass",
                                                "audit",
                                                "tombstone"};
  return tables;
}

RecordStore::RecordStore(ConnectionPool::Open open, const KeyRing& keys, std::size_t readers)
    : open_(std::move(open)), keys_(&keys), readers_(readers, open_) {}

Result<std::unique_ptr<RecordStore>> RecordStore::start(ConnectionPool::Open open, const KeyRing& keys,
                                                        std::size_t readers) {
  std::unique_ptr<RecordStore> store(new RecordStore(std::move(open), keys, readers));
  auto writer = store->open_();
  if (!writer) return tl::unexpected(writer.error());
  store->writer_ = std::move(*writer);
  store->thread_ = std::thread([raw = store.get()] { raw->run(); });
  return store;
}

RecordStore::~RecordStore() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  asked_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Result<bool> RecordStore::read(const Use& use) {
  auto lease = readers_.lease();
  if (!lease) return tl::unexpected(lease.error());
  auto begun = DatabaseTransaction::begin(**lease, Access::read);
  if (!begun) return tl::unexpected(begun.error());
  RecordTransaction transaction(**lease, *keys_);
  return use(transaction);
}

Result<bool> RecordStore::write(const Use& use) {
  Job job;
  job.use = &use;
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  asked_.notify_one();
  job.answered.wait(lock, [&] { return job.done; });
  if (job.thrown) std::rethrow_exception(job.thrown);
  return job.outcome;
}

void RecordStore::run() {
  for (;;) {
    std::vector<Job*> jobs;
    {
      std::unique_lock lock(mutex_);
      const auto asked = [&] { return ending_ || !waiting_.empty(); };
      if (!must_sweep_)
        asked_.wait(lock, asked);
      else if (!asked_.wait_for(lock, pause_of_sweeps, asked)) {
        lock.unlock();
        sweep();
        continue;
      }
      if (waiting_.empty()) return;
      const auto count = std::min(waiting_.size(), most_together);
      jobs.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    carry_out(jobs);
    {
      const std::lock_guard lock(mutex_);
      for (Job* job : jobs) {
        job->done = true;
        job->answered.notify_one();  // under the lock: the job goes as soon as who waits for it runs
      }
    }
  }
}

void RecordStore::carry_out(std::span<Job* const> jobs) {
  for (int attempts = 1;; ++attempts) {
    const auto committed = attempt(jobs);
    if (committed) return;
    if (is_worth_repeating(committed.error()) && attempts < most_attempts) continue;
    // What had an error of its own keeps it: it would not have been kept in any case.
    for (Job* job : jobs)
      if (job->outcome && !job->thrown) job->outcome = tl::unexpected(committed.error());
    return;
  }
}

/// Runs all jobs in one transaction. An error: nothing of any was kept.
Result<bool> RecordStore::attempt(std::span<Job* const> jobs) {
  for (Job* job : jobs) {
    job->outcome = true;
    job->thrown = nullptr;
  }
  if (!writer_ || !writer_->usable()) {
    auto opened = open_();
    if (!opened) return tl::unexpected(opened.error());
    writer_ = std::move(*opened);
  }
  auto transaction = DatabaseTransaction::begin(*writer_, Access::write);
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto alone = be_the_only_writer(*writer_); !alone) return alone;
  for (Job* job : jobs) run_job(*writer_, *job);
  auto committed = transaction->commit();
  if (!committed) return committed;
  const bool erased = std::exchange(destroyed_a_key_, false);
  must_sweep_ = must_sweep_ || erased;
  if (erased || (must_sweep_ && std::chrono::steady_clock::now() >= next_sweep_)) sweep();
  if (erased && after_erasure_) after_erasure_();
  return committed;
}

/// SQLite overwrites a deleted key in its file at once, and in the write-ahead log here; where a reader is in
/// the way, again until it is gone. PostgreSQL only gives its room free: docs/vault.md says what stays.
void RecordStore::sweep() noexcept {
  if (!writer_ || !writer_->usable()) return;
  must_sweep_ = writer_->engine() == Engine::sqlite && !overwrite_log();
  next_sweep_ = std::chrono::steady_clock::now() + pause_of_sweeps;
  if (writer_->engine() == Engine::postgres) (void)writer_->script("VACUUM person_key");
}

/// Whether it was. Others who write wait for this thread: it waits for readers only a moment.
bool RecordStore::overwrite_log() noexcept {
  const auto before = writer_->query("PRAGMA busy_timeout");
  const auto patience = before ? before->get<std::int64_t>(0, 0) : tl::unexpected(before.error());
  (void)writer_->query("PRAGMA busy_timeout = 50");  // ms
  const auto swept = writer_->query("PRAGMA wal_checkpoint(TRUNCATE)");
  if (patience) (void)writer_->query(fmt::format("PRAGMA busy_timeout = {}", *patience));
  return swept && swept->get<std::int64_t>(0, 0).value_or(1) == 0;
}

void RecordStore::run_job(Connection& connection, Job& job) {
  auto savepoint = Savepoint::begin(connection);
  if (!savepoint) {
    job.outcome = tl::unexpected(savepoint.error());
    return;
  }
  try {
    RecordTransaction transaction(connection, *keys_);
    job.outcome = (*job.use)(transaction);
    destroyed_a_key_ = destroyed_a_key_ || transaction.destroyed_a_key();
  } catch (...) {
    job.thrown = std::current_exception();
  }
  if (job.thrown || !job.outcome)
    savepoint->undo();
  else if (auto kept = savepoint->keep(); !kept)
    job.outcome = tl::unexpected(kept.error());
}

RewrapSteps RecordStore::rewrap_steps() {
  RewrapSteps steps;
  steps.left = [this](const KeyId& current, std::size_t most) -> Result<std::vector<WrappedKey>> {
    auto lease = readers_.lease();
    if (!lease) return tl::unexpected(lease.error());
    const auto rows =
        (*lease)->query("SELECT person, version, wrapped FROM person_key WHERE key_id <> $1 LIMIT $2",
                        {number_of(current), static_cast<std::int64_t>(most)});
    if (!rows) return tl::unexpected(rows.error());
    std::vector<WrappedKey> keys;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      auto key = wrapped_key(*rows, i);
      if (!key) return tl::unexpected(key.error());
      keys.push_back(std::move(*key));
    }
    return keys;
  };
  steps.replace = [this](const std::vector<WrappedKey>& keys) -> Result<bool> {
    auto lease = readers_.lease();
    if (!lease) return tl::unexpected(lease.error());
    auto transaction = DatabaseTransaction::begin(**lease, Access::write);
    if (!transaction) return tl::unexpected(transaction.error());
    if (auto alone = be_the_only_writer(**lease); !alone) return alone;
    for (const WrappedKey& key : keys) {
      const auto id = key_id_of(key.wrapped);
      if (!id) return tl::unexpected(id.error());
      // A key that was destroyed meanwhile has no row and stays so.
      const auto replaced = (*lease)->query(
          "UPDATE person_key SET wrapped = $1, key_id = $2 WHERE person = $3 AND version = $4",
          {blob_of(key.wrapped), number_of(*id), key.person, static_cast<std::int64_t>(key.version)});
      if (!replaced) return tl::unexpected(replaced.error());
    }
    return transaction->commit();
  };
  return steps;
}

}  // namespace securebase::store
