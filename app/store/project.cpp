#include "app/store/project.h"

#include <nlohmann/json.hpp>

#include "app/store/database.h"
#include "app/store/json_text.h"
#include "app/store/training_json.h"

namespace qs {

Project::Project(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;
Project::~Project() = default;

void Project::write_setting(const char* name, const std::string& value) {
  database_->run("INSERT OR REPLACE INTO setting VALUES (?, ?)", {name, QString::fromStdString(value)});
}

void Project::write_model(const ModelReference& model) {
  database_->transaction([&] {
    write_setting("model.path", model.path);
    write_setting("model.sha256", model.sha256);
    write_setting("model.name", model.name);
  });
}

void Project::write_images(const ImagesReference& images) {
  database_->transaction([&] {
    write_setting("images.path", images.path);
    write_setting("images.layout", images.layout);
    write_setting("images.labels", images.labels);
    write_setting("images.listing", images.listing);
  });
}

void Project::write_schemes(const std::vector<ProjectScheme>& schemes, const std::string& current) {
  database_->transaction([&] {
    database_->run("DELETE FROM scheme");
    for (std::size_t i = 0; i < schemes.size(); ++i) {
      database_->run(
          "INSERT INTO scheme VALUES (?, ?, ?, ?)",
          {static_cast<qlonglong>(i), stored_text(to_json(schemes[i].scheme)), schemes[i].shown, schemes[i].color});
    }
    write_setting("current_scheme", current);
  });
}

void Project::write_selected_layers(const std::vector<std::string>& names) {
  write_setting("selected_layers", stored_text(names).toStdString());
}

void Project::write_backend(const std::string& id) {
  write_setting("backend", id);
}

void Project::write_notes(const std::string& notes) {
  write_setting("notes", notes);
}

void Project::write_training(const TrainingView& training) {
  write_setting("training", stored_text(to_json(training)).toStdString());
}

void Project::write_layout(const std::string& name, const QByteArray& layout) {
  database_->run("INSERT OR REPLACE INTO layout VALUES (?, ?)", {QString::fromStdString(name), layout});
}

}  // namespace qs
