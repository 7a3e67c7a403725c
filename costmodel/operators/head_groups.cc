#include "costmodel/operators/head_groups.h"

namespace costcheck {

Tracked GroupHeads(Aten& aten, const Tracked& x, const HeadSizes& n, std::int64_t groups) {
  const std::int64_t shared = n.heads / groups;
  const Tracked rows = aten.Reshape(x, {n.batch, n.rows, n.heads, n.width});
  const Tracked split = aten.Reshape(rows, {n.batch, n.rows, groups, shared, n.width});
  return aten.Reshape(aten.Permute(split, {0, 2, 3, 1, 4}),
                      {n.batch * groups, shared * n.rows, n.width});
}

Tracked UngroupHeads(Aten& aten, const Tracked& x, const HeadSizes& n, std::int64_t groups) {
  const std::int64_t shared = n.heads / groups;
  const Tracked split = aten.Reshape(x, {n.batch, groups, shared, n.rows, n.width});
  return aten.Reshape(aten.Permute(split, {0, 3, 1, 2, 4}), {n.batch, n.rows, n.heads * n.width});
}

}  // namespace costcheck
