#include "stats/actor_partner_sequence.hpp"

namespace securebase::stats {
namespace {

bool is_yes_or_no(const CodeStream& stream) {
  for (const std::uint16_t code : stream)
    if (code > 1 && code != no_code) return false;
  return true;
}

Result<ClusteredLogistic> fit_role(std::span<const CodeStream> own, std::span<const CodeStream> other,
                                   Joint joint, double level) {
  struct Row {
    double own = 0, other = 0, next = 0;
    std::size_t couple = 0;
  };
  std::vector<Row> rows;
  for (std::size_t s = 0; s < own.size(); ++s)
    for (std::size_t t = 0; t + 1 < own[s].size(); ++t) {
      const std::uint16_t a = own[s][t], b = other[s][t], next = own[s][t + 1];
      if (a == no_code || b == no_code || next == no_code) continue;
      rows.push_back({static_cast<double>(a), static_cast<double>(b), static_cast<double>(next), s});
    }
  const std::size_t columns = joint == Joint::included ? 4 : 3;
  Matrix x(rows.size(), columns, 1);
  std::vector<double> outcome(rows.size());
  std::vector<std::size_t> couple(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    x(i, 1) = rows[i].own;
    x(i, 2) = rows[i].other;
    if (joint == Joint::included) x(i, 3) = rows[i].own * rows[i].other;
    outcome[i] = rows[i].next;
    couple[i] = rows[i].couple;
  }
  return clustered_logistic(x, outcome, couple, level);
}

}  // namespace

Result<ActorPartnerSequence> actor_partner_sequence(std::span<const CodeStream> first,
                                                    std::span<const CodeStream> second, Joint joint,
                                                    double level) {
  if (first.size() != second.size())
    return fail(ErrorKind::bad_data, "sequence.pairs", "both members have as many streams");
  for (std::size_t s = 0; s < first.size(); ++s) {
    if (first[s].size() != second[s].size())
      return fail(ErrorKind::bad_data, "sequence.pairs", "both members' streams are equally long");
    if (!is_yes_or_no(first[s]) || !is_yes_or_no(second[s]))
      return fail(ErrorKind::bad_data, "sequence.code", "what is predicted is coded 0 or 1");
  }
  auto of_first = fit_role(first, second, joint, level);
  if (!of_first) return tl::unexpected(of_first.error());
  auto of_second = fit_role(second, first, joint, level);
  if (!of_second) return tl::unexpected(of_second.error());
  return ActorPartnerSequence{std::move(*of_first), std::move(*of_second)};
}

}  // namespace securebase::stats
