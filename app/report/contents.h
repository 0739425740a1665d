// The sections of a report.
#pragma once

#include "app/report/report.h"

namespace qs {

using Blocks = std::vector<Block>;

// contents_results.cpp
void add_findings(const ReportRequest& request, Blocks& blocks);
void add_results(const ReportRequest& request, Blocks& blocks);
// contents_schemes.cpp
void add_schemes(const ReportRequest& request, Blocks& blocks);
// contents_images.cpp
void add_images(const ReportRequest& request, Blocks& blocks);
// contents_layers.cpp
void add_layer_tables(const ReportRequest& request, Blocks& blocks);
// contents_origin.cpp
void add_model_and_data(const ReportRequest& request, Blocks& blocks);
void add_how_to_repeat(const ReportRequest& request, Blocks& blocks);
// contents_glossary.cpp
void add_glossary(const ReportRequest& request, Blocks& blocks);
// figures.cpp
void add_figures(const ReportRequest& request, Blocks& blocks);

/// "mobilenet_v1_0.25: " before what is about one of several runs; empty for the only one.
[[nodiscard]] QString run_name(const ReportRequest& request, std::size_t run);

/// Schemes of all runs, the first of each id.
[[nodiscard]] std::vector<Scheme> schemes_of(const ReportRequest& request);

}  // namespace qs
