// The application that widgets want, where only a report is made of them.
#pragma once

#include <QApplication>
#include <memory>

namespace qs {

/// Plots are drawn by widgets, which want an application; null where there is one. It shows nothing and asks for no
/// display.
[[nodiscard]] std::unique_ptr<QApplication> plot_application();

}  // namespace qs
