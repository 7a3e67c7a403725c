#include "verify/modules/embedding_lookup.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/embedding_rows.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What forward and backward know of the tables beside their numbers.
struct Layout {
  std::vector<LookUpBand> bands;
  std::vector<std::int64_t> rows;    ///< of each table
  std::vector<std::int64_t> widths;  ///< of each table
  std::size_t projections = 0;
  bool bias = false;

  explicit Layout(const LookUpTables& tables)
      : bands(tables.bands), projections(tables.projections.size()), bias(!tables.biases.empty()) {
    COSTCHECK_CHECK(tables.tables.size() == bands.size());
    COSTCHECK_CHECK(!bias || tables.biases.size() == projections);
    for (const at::Tensor& table : tables.tables) {
      rows.push_back(table.size(0));
      widths.push_back(table.size(1));
    }
  }
};

/// How the autograd graph holds a layout.
struct LayoutHolder : torch::CustomClassHolder {
  explicit LayoutHolder(Layout held) : layout(std::move(held)) {}
  Layout layout;
};

/// Tokens sorted by band, in their order within each.
class Routing {
 public:
  Routing(const at::Tensor& tokens, const std::vector<LookUpBand>& bands);

  struct Part {
    std::int64_t begin;                       ///< tokens of the bands before
    std::span<const std::int32_t> rows;       ///< of the band's table
    std::span<const std::int32_t> positions;  ///< in the text
    std::int64_t size() const { return static_cast<std::int64_t>(rows.size()); }
  };
  Part Of(std::size_t band) const;
  std::span<const std::int32_t> positions() const { return positions_; }

 private:
  std::vector<std::size_t> begin_;  ///< of each band; one more at the end
  std::vector<std::int32_t> rows_;
  std::vector<std::int32_t> positions_;
};

Routing::Routing(const at::Tensor& tokens, const std::vector<LookUpBand>& bands) {
  const at::Tensor host = tokens.cpu().contiguous();
  const auto* token = host.data_ptr<std::int32_t>();
  rows_.reserve(static_cast<std::size_t>(host.numel()));
  positions_.reserve(rows_.capacity());
  std::int64_t first = 0;
  for (const LookUpBand& band : bands) {
    begin_.push_back(rows_.size());
    for (std::int64_t i = 0; i < host.numel(); ++i) {
      const std::int64_t type = token[i] - first;
      if (type < 0 || type >= band.types) continue;
      const std::int64_t row = band.shared_rows > 0 ? type % band.shared_rows : type;
      rows_.push_back(static_cast<std::int32_t>(band.first_row + row));
      positions_.push_back(static_cast<std::int32_t>(i));
    }
    first += band.types;
  }
  begin_.push_back(rows_.size());
  COSTCHECK_CHECK(static_cast<std::int64_t>(rows_.size()) == host.numel());
}

Routing::Part Routing::Of(std::size_t band) const {
  const std::size_t begin = begin_[band], size = begin_[band + 1] - begin;
  return {static_cast<std::int64_t>(begin), std::span(rows_).subspan(begin, size),
          std::span(positions_).subspan(begin, size)};
}

/// Zeros up to `width`; the same tensor where it is that wide.
at::Tensor FilledUp(at::Tensor rows, std::int64_t width) {
  const std::int64_t missing = width - rows.size(1);
  return missing == 0 ? rows : at::constant_pad_nd(rows, {0, missing});
}

/// sum += a b, where there is a sum already.
void AddProduct(at::Tensor& sum, const at::Tensor& a, const at::Tensor& b) {
  sum = sum.defined() ? sum.addmm_(a, b) : at::mm(a, b);
}

/// sum += the sum of all rows, where there is one already.
void AddColumnSums(at::Tensor& sum, const at::Tensor& rows) {
  sum = sum.defined() ? sum.add_(rows.sum(0)) : rows.sum(0);
}

/// One forward pass.
class Forward {
 public:
  Forward(const Layout& layout, at::TensorList parameters, const at::Tensor& tokens,
          std::int64_t width)
      : layout_(layout),
        parameters_(parameters),
        routing_(tokens, layout.bands),
        out_(at::empty({tokens.numel(), width}, parameters[0].options())) {}

  /// Band after band in contiguous stretches of the result, and then each row to its place.
  at::Tensor Run() {
    for (std::size_t i = 0; i < layout_.bands.size(); ++i) Place(i);
    if (layout_.bands.size() > 1) PermuteRows(out_, routing_.positions());
    return out_;
  }

  /// Of the projected bands, in their order.
  std::vector<at::Tensor> TakeRows() { return std::move(kept_); }

 private:
  void Place(std::size_t band) {
    const Routing::Part part = routing_.Of(band);
    at::Tensor out = out_.narrow(0, part.begin, part.size());
    const at::Tensor& table = parameters_[band];
    const std::optional<std::size_t> projection = layout_.bands[band].projection;
    if (!projection) return GatherRows(table, part.rows, out);
    kept_.push_back(at::empty({part.size(), table.size(1)}, out.options()));
    GatherRows(table, part.rows, kept_.back());
    Project(kept_.back(), *projection, out);
  }

  void Project(at::Tensor rows, std::size_t projection, at::Tensor out) const {
    const at::Tensor& weight = parameters_[layout_.bands.size() + projection];
    rows = FilledUp(std::move(rows), weight.size(0));
    if (!layout_.bias) {
      at::mm_out(out, rows, weight);
      return;
    }
    const std::size_t bias = layout_.bands.size() + layout_.projections + projection;
    at::addmm_out(out, parameters_[bias], rows, weight);
  }

  const Layout& layout_;
  at::TensorList parameters_;  ///< tables, projections, biases
  Routing routing_;
  at::Tensor out_;
  std::vector<at::Tensor> kept_;
};

/// One backward pass: gradients of tables, projections, biases.
class Backward {
 public:
  Backward(const Layout& layout, const variable_list& saved, at::Tensor gradient)
      : layout_(layout),
        saved_(saved),
        routing_(saved[0], layout.bands),
        gradient_(std::move(gradient)),
        tables_(layout.bands.size()),
        projections_(layout.projections),
        biases_(layout.bias ? layout.projections : 0) {}

  variable_list Run() {
    std::size_t kept = 1 + layout_.projections;
    for (std::size_t i = 0; i < layout_.bands.size(); ++i) {
      if (layout_.bands[i].projection) {
        Projected(i, saved_[kept++]);
      } else {
        Unprojected(i);
      }
    }
    variable_list all = {at::Tensor()};  // tokens
    for (variable_list* part : {&tables_, &projections_, &biases_}) {
      all.insert(all.end(), part->begin(), part->end());
    }
    return all;
  }

 private:
  at::Tensor NewTable(std::size_t band) const {
    return at::zeros({layout_.rows[band], layout_.widths[band]}, gradient_.options());
  }

  void Unprojected(std::size_t band) {
    const Routing::Part part = routing_.Of(band);
    tables_[band] = NewTable(band);
    AddRows(tables_[band], part.rows, gradient_, part.positions);
  }

  /// The gradient of a band's tokens, [n_i, d].
  at::Tensor GradientOf(const Routing::Part& part) const {
    if (layout_.bands.size() == 1) return gradient_;
    at::Tensor gathered = at::empty({part.size(), gradient_.size(1)}, gradient_.options());
    GatherRows(gradient_, part.positions, gathered);
    return gathered;
  }

  void Projected(std::size_t band, const at::Tensor& rows) {
    const Routing::Part part = routing_.Of(band);
    const std::size_t projection = *layout_.bands[band].projection;
    const at::Tensor& weight = saved_[1 + projection];
    at::Tensor gradient = GradientOf(part);
    AddProduct(projections_[projection], FilledUp(rows, weight.size(0)).t(), gradient);
    if (layout_.bias) AddColumnSums(biases_[projection], gradient);
    const at::Tensor of_rows = at::mm(gradient, weight.t());
    gradient.reset();
    tables_[band] = NewTable(band);
    AddRows(tables_[band], part.rows, of_rows);
  }

  const Layout& layout_;
  const variable_list& saved_;  ///< tokens, projections, rows of projected bands
  Routing routing_;
  at::Tensor gradient_;
  variable_list tables_, projections_, biases_;
};

class BandedLookUpFunction : public torch::autograd::Function<BandedLookUpFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& tokens,
                            at::TensorList parameters,
                            const c10::intrusive_ptr<LayoutHolder>& holder, std::int64_t width) {
    const Layout& layout = holder->layout;
    Forward pass(layout, parameters, tokens, width);
    at::Tensor out = pass.Run();
    variable_list saved = {tokens};
    const at::TensorList projections = parameters.slice(layout.bands.size(), layout.projections);
    saved.insert(saved.end(), projections.begin(), projections.end());
    for (at::Tensor& rows : pass.TakeRows()) saved.push_back(std::move(rows));
    context->save_for_backward(std::move(saved));
    context->saved_data["layout"] = at::IValue::make_capsule(holder);
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto holder =
        c10::static_intrusive_pointer_cast<LayoutHolder>(context->saved_data["layout"].toCapsule());
    const variable_list saved = context->get_saved_variables();
    variable_list all = Backward(holder->layout, saved, gradients[0].contiguous()).Run();
    all.resize(all.size() + 2);  // the layout and the width
    return all;
  }
};

}  // namespace

at::Tensor BandedLookUp(at::Tensor tokens, const LookUpTables& tables, std::int64_t width) {
  std::vector<at::Tensor> parameters = tables.tables;
  for (const auto* part : {&tables.projections, &tables.biases}) {
    parameters.insert(parameters.end(), part->begin(), part->end());
  }
  return BandedLookUpFunction::apply(std::move(tokens), at::TensorList(parameters),
                                     c10::make_intrusive<LayoutHolder>(Layout(tables)), width);
}

}  // namespace costcheck
