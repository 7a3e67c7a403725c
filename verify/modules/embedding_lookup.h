#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace costcheck {

/// One band of token types and how its rows come to width d.
struct LookUpBand {
  std::int64_t types = 0;
  std::int64_t first_row = 0;    ///< row of its first type in its table
  std::int64_t shared_rows = 0;  ///< 0: a row a type; else type i of it has row i mod these
  /// Number of its projection; nothing: rows are filled up with zeros.
  std::optional<std::size_t> projection{};
};

struct LookUpTables {
  std::vector<LookUpBand> bands;        ///< the first has the types from 0 on
  std::vector<at::Tensor> tables;       ///< [rows, E_i], one a band
  std::vector<at::Tensor> projections;  ///< [E, d], E at least E_i of its bands
  std::vector<at::Tensor> biases;       ///< [d], one a projection, or none at all
};

/// Tokens (int32 [N]) to [N, width]: each token's row of its band's table, times the projection of
/// the band, plus the bias, by at::mm or at::addmm over all tokens of the band at once: E*d
/// multiply-adds a token, E the projection's inner width; rows that are narrower are filled up with
/// zeros first. Backward twice that.
///
/// Keeps the tokens (4 bytes each) and the rows of projected bands, E_i numbers a token of band i.
/// Workspace, one band at a time: forward, the rows filled up (n_i * E), only where E_i < E;
/// backward, with several bands the band's gradient (n_i * d), then the rows filled up or the
/// gradient of the rows (n_i * E), in turn; N*d more where the gradient does not lie in one piece,
/// as that of a sum of all elements does not. Beside LibTorch's allocator: 8 bytes a token, and 1/8
/// byte a token in each thread. Gradients are dense, of the size of each table. Requires tokens
/// below the sum of the types.
at::Tensor BandedLookUp(at::Tensor tokens, const LookUpTables& tables, std::int64_t width);

}  // namespace costcheck
