#pragma once
// How often classes were found, as screens can show beside a laboratory's own counts. Each with its source,
// and whether that source was seen.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace securebase::coding {

struct ClassShare {
  std::string_view category;  ///< B, A, C, D; F, Ds, E, U
  double percent = 0;
};

struct ClassDistribution {
  std::string_view id;                 ///< stable
  std::string_view instrument;         ///< "strange_situation", "preschool", "aai"
  std::string_view people;             ///< who they were
  std::optional<std::size_t> n;        ///< dyads or people
  std::optional<std::size_t> samples;  ///< studies or samples
  std::vector<ClassShare> shares;      ///< percent, as published: they need not add up to 100
  std::string_view source;
  bool verified = false;  ///< the source was seen (mostly its abstract); otherwise from memory
  std::string_view limits;
};

[[nodiscard]] std::span<const ClassDistribution> class_distributions();

}  // namespace securebase::coding
