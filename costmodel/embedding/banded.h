#pragma once

#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// Frequency bands with a width each ("mixed dimensions", "bespoke token
/// dimensions"); band_tables.h has the formulas. How rows come to width d:
///
///   projection=1 (default)  E_i x d of the band's own, none where E_i is d
///   shared_projection=1     one for all bands, max(E) x d, rows filled up with
///                           zeros: also for a band that is d wide
///   projection=0            rows are filled up with zeros; E_i <= d is required
///
/// bias=1 adds a bias of d to each projection. full_tables=1 gives each band a
/// table of all V rows, of which it reads those of its own types (and, where it
/// shares rows, hash_rows as without). folded=1 is the same function stored for
/// inference, and drops unread rows. Bands without settings: 20/60/20 percent of
/// the types at floor(7d/5), d and floor(3d/5).
/// Ginart et al. 2019 (with widths up to d).
extern const Component kBanded;

/// The bands of the settings, or the default ones.
std::vector<Band> BandedBands(const Settings& settings);

}  // namespace costcheck
