#pragma once
// A laboratory's own discriminant as a file.

#include <string>
#include <string_view>

#include "coding/classes.hpp"

namespace securebase::wire {

/// "securebase.discriminant/1": the training set's id, measurements, classes, means, pooled covariance,
/// priors, canonical functions, the table of leaving out one case at a time, and what such a file is not for.
/// Numbers read back as the same doubles. Ends in a line feed.
[[nodiscard]] std::string discriminant_document(const coding::LaboratoryDiscriminant& model);

/// Reads it back, strictly, and through coding::checked. `name` is the file's. Errors (bad_data):
/// "json.malformed", "json.field", "json.unknown_field", "discriminant.schema" (another document or version),
/// "discriminant.too_large" (8 MB), those of coding::checked.
[[nodiscard]] Result<coding::LaboratoryDiscriminant> read_discriminant(std::string_view bytes,
                                                                       const std::string& name);

}  // namespace securebase::wire
