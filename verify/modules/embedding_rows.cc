#include "verify/modules/embedding_rows.h"

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Elements that are worth a thread of their own.
constexpr std::int64_t kGrain = 1 << 15;

std::int64_t GrainOf(std::int64_t elements) { return std::max<std::int64_t>(1, kGrain / elements); }

/// A matrix whose rows are contiguous, as a pointer.
template <class Real>
struct Rows {
  explicit Rows(const at::Tensor& tensor)
      : data(tensor.data_ptr<Real>()), width(tensor.size(1)), stride(tensor.stride(0)) {
    COSTCHECK_CHECK(tensor.numel() == 0 || width < 2 || tensor.stride(1) == 1);
  }
  Real* operator[](std::int64_t row) const { return data + row * stride; }

  Real* data;
  std::int64_t width;
  std::int64_t stride;
};

template <class Real>
void Gather(Rows<Real> source, std::span<const std::int32_t> rows, Rows<Real> out) {
  const auto count = static_cast<std::int64_t>(rows.size());
  at::parallel_for(0, count, GrainOf(out.width + 1), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      const Real* row = source[rows[static_cast<std::size_t>(k)]];
      std::fill(std::copy_n(row, source.width, out[k]), out[k] + out.width, Real(0));
    }
  });
}

template <class Real>
void Add(Rows<Real> table, std::span<const std::int32_t> rows, Rows<Real> source,
         std::span<const std::int32_t> from) {
  const auto count = static_cast<std::int64_t>(rows.size());
  at::parallel_for(0, table.width, GrainOf(count + 1), [&](std::int64_t begin, std::int64_t end) {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const Real* row = source[from.empty() ? static_cast<std::int64_t>(k) : from[k]];
      Real* sum = table[rows[k]];
      for (std::int64_t i = begin; i < end; ++i) sum[i] += row[i];
    }
  });
}

/// Columns begin..end, cycle by cycle.
template <class Real>
void PermuteColumns(Rows<Real> matrix, std::span<const std::int32_t> place, std::int64_t begin,
                    std::int64_t end) {
  std::vector<bool> moved(place.size());
  std::vector<Real> carried(static_cast<std::size_t>(end - begin));
  for (std::size_t start = 0; start < place.size(); ++start) {
    if (moved[start]) continue;
    std::copy_n(matrix[static_cast<std::int64_t>(start)] + begin, end - begin, carried.begin());
    std::size_t k = start;
    do {
      k = static_cast<std::size_t>(place[k]);
      std::swap_ranges(carried.begin(), carried.end(),
                       matrix[static_cast<std::int64_t>(k)] + begin);
      moved[k] = true;
    } while (k != start);
  }
}

/// Runs `on_host` on a tensor in the host's memory and copies the result to where it belongs.
template <class Function>
void WriteThroughHost(at::Tensor& tensor, Function on_host) {
  at::Tensor host = tensor.cpu();
  on_host(host);
  tensor.copy_(host);
}

std::span<const std::int32_t> Elements(const at::Tensor& host_index) {
  return {host_index.data_ptr<std::int32_t>(), static_cast<std::size_t>(host_index.numel())};
}

class LookUpFunction : public torch::autograd::Function<LookUpFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table,
                            const at::Tensor& index) {
    std::vector<std::int64_t> shape = index.sizes().vec();
    shape.push_back(table.size(1));
    at::Tensor out = at::empty(shape, table.options());
    GatherRows(table, Elements(index.cpu().contiguous()), out.view({index.numel(), table.size(1)}));
    context->save_for_backward({index});
    context->saved_data["rows"] = table.size(0);
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const at::Tensor index = context->get_saved_variables()[0].cpu().contiguous();
    const at::Tensor gradient = gradients[0].contiguous();
    const std::int64_t width = gradient.sizes().back();
    at::Tensor table = at::zeros({context->saved_data["rows"].toInt(), width}, gradient.options());
    AddRows(table, Elements(index), gradient.view({index.numel(), width}));
    return {table, {}};
  }
};

}  // namespace

void GatherRows(const at::Tensor& source, std::span<const std::int32_t> rows, at::Tensor out) {
  COSTCHECK_CHECK(out.size(0) == static_cast<std::int64_t>(rows.size()) &&
                  out.size(1) >= source.size(1));
  if (!out.is_cpu()) {
    WriteThroughHost(out, [&](const at::Tensor& host) { GatherRows(source.cpu(), rows, host); });
    return;
  }
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "GatherRows",
                             [&] { Gather(Rows<scalar_t>(source), rows, Rows<scalar_t>(out)); });
}

void AddRows(at::Tensor table, std::span<const std::int32_t> rows, const at::Tensor& source,
             std::span<const std::int32_t> from) {
  COSTCHECK_CHECK((from.empty() || rows.size() == from.size()) && source.size(1) >= table.size(1));
  if (!table.is_cpu()) {
    WriteThroughHost(table,
                     [&](const at::Tensor& host) { AddRows(host, rows, source.cpu(), from); });
    return;
  }
  AT_DISPATCH_FLOATING_TYPES(table.scalar_type(), "AddRows", [&] {
    Add(Rows<scalar_t>(table), rows, Rows<scalar_t>(source), from);
  });
}

void PermuteRows(at::Tensor matrix, std::span<const std::int32_t> place) {
  COSTCHECK_CHECK(matrix.size(0) == static_cast<std::int64_t>(place.size()));
  if (!matrix.is_cpu()) {
    WriteThroughHost(matrix, [&](const at::Tensor& host) { PermuteRows(host, place); });
    return;
  }
  const std::int64_t grain = GrainOf(matrix.size(0) + 1);
  AT_DISPATCH_FLOATING_TYPES(matrix.scalar_type(), "PermuteRows", [&] {
    at::parallel_for(0, matrix.size(1), grain, [&](std::int64_t begin, std::int64_t end) {
      PermuteColumns(Rows<scalar_t>(matrix), place, begin, end);
    });
  });
}

at::Tensor LookUp(const at::Tensor& table, at::Tensor index) {
  return LookUpFunction::apply(table, std::move(index));
}

}  // namespace costcheck
