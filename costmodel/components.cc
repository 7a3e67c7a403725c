#include "costmodel/attention/components.h"

#include <vector>

#include "costmodel/component.h"
#include "costmodel/embedding/components.h"

namespace costcheck {

std::span<const Component* const> Components() {
  static const std::vector<const Component*> all = [] {
    std::vector<const Component*> list;
    for (const auto& room : {AttentionComponents(), EmbeddingComponents()}) {
      list.insert(list.end(), room.begin(), room.end());
    }
    return list;
  }();
  return all;
}

const Component* FindComponent(std::string_view name) {
  for (const Component* component : Components()) {
    if (component->name == name) return component;
  }
  return nullptr;
}

std::vector<std::string> ComponentNames() {
  std::vector<std::string> names;
  for (const Component* component : Components()) names.emplace_back(component->name);
  return names;
}

}  // namespace costcheck
