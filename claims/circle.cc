#include "claims/circle.h"

#include <algorithm>
#include <unordered_map>

namespace costcheck {
namespace {

/// Names whose parts are settled leave the list, until only circles and what is made of them stay.
class Settling {
 public:
  explicit Settling(const MadeOf& names) : names_(names), waits_for_(names.size(), 0) {
    for (std::size_t i = 0; i < names.size(); ++i) index_[names[i].first] = i;
    users_.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const std::string& part : names[i].second) {
        const auto at = index_.find(part);
        if (at == index_.end()) continue;
        users_[at->second].push_back(i);
        ++waits_for_[i];
      }
    }
    Settle();
  }

  bool IsSettled(std::size_t i) const { return waits_for_[i] == 0; }

  /// Of a name that is not settled, the first part that is not.
  std::size_t Next(std::size_t i) const {
    for (const std::string& part : names_[i].second) {
      const auto at = index_.find(part);
      if (at != index_.end() && !IsSettled(at->second)) return at->second;
    }
    return i;
  }

 private:
  void Settle() {
    std::vector<std::size_t> settled;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (IsSettled(i)) settled.push_back(i);
    }
    for (std::size_t n = 0; n < settled.size(); ++n) {
      for (const std::size_t user : users_[settled[n]]) {
        if (--waits_for_[user] == 0) settled.push_back(user);
      }
    }
  }

  const MadeOf& names_;
  std::vector<std::size_t> waits_for_;
  std::vector<std::vector<std::size_t>> users_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

std::vector<std::string> FindCircle(const MadeOf& names) {
  const Settling settling(names);
  std::size_t start = 0;
  while (start < names.size() && settling.IsSettled(start)) ++start;
  if (start == names.size()) return {};
  std::vector<std::size_t> path;
  std::vector<bool> on_path(names.size(), false);
  std::size_t at = start;
  for (; !on_path[at]; at = settling.Next(at)) {
    on_path[at] = true;
    path.push_back(at);
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), at));
  std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
  std::vector<std::string> circle;
  for (const std::size_t i : path) circle.push_back(names[i].first);
  return circle;
}

std::string CircleText(const std::vector<std::string>& circle) {
  std::string text;
  for (std::size_t i = 0; i < circle.size(); ++i) {
    text += (i > 0 ? ", " : "") + circle[i] + " of " + circle[(i + 1) % circle.size()];
  }
  return text;
}

}  // namespace costcheck
