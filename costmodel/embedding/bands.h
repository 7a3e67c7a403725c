#pragma once

#include <string_view>
#include <vector>

#include "costmodel/component.h"
#include "costmodel/embedding/token_law.h"

namespace costcheck {

/// The bands that a text describes; its numbers are expressions in the symbols
/// and set values of `settings`. Three forms, the most frequent types first:
///
///   20:192,20:96,160:16@8          types:width, and @rows where the types of a
///                                  band share (are hashed into) that many rows
///   types=20/60/20:179,128,76      percent of the V token types. Band i ends at
///                                  type floor(V * (share 1 + ... + share i)); the
///                                  last band takes what rounding leaves
///   mass=80/15/5:160,128,51        percent of the tokens: a type is in the first
///                                  band whose end is above the mass of all types
///                                  before it, so a band ends with the type that
///                                  reaches its border. Types that never occur,
///                                  and those of V that the law does not know, are
///                                  in the last band. A band may be empty.
///
/// The second form works with V left symbolic. `law` is null where none is given.
/// CostError naming the entry: what does not parse; types not a whole number of
/// at least 0, width or rows not one of at least 1 (where they are numbers);
/// shares that do not add up to 100 or are not as many as the widths; a mass=
/// without a law, or with a law of more than V types.
std::vector<Band> ParseBands(std::string_view text, const Settings& settings,
                             const TokenLaw* law = nullptr);

/// The bands of the settings; without any the published split of "bespoke token
/// dimensions": types=20/60/20 at floor(7d/5), d and floor(3d/5).
std::vector<Band> BandsOrDefault(const Settings& settings);

}  // namespace costcheck
