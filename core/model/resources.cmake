# Compiles resources/builtin_shapes.onnx and its card into qs_model byte for byte, so that no file is needed at run time.
# The assembler copies them in no time; as an array of numbers they would take the compiler seconds.
if(TARGET qs_model)
  set(BUILTIN_MODEL ${CMAKE_SOURCE_DIR}/resources/builtin_shapes.onnx)
  set(BUILTIN_CARD ${CMAKE_SOURCE_DIR}/resources/builtin_shapes.json)
  set(bytes ${CMAKE_BINARY_DIR}/generated/builtin_model_bytes.cpp)
  configure_file(${CMAKE_SOURCE_DIR}/core/model/builtin_model_bytes.cpp.in ${bytes} @ONLY)
  set_source_files_properties(${bytes} PROPERTIES OBJECT_DEPENDS "${BUILTIN_MODEL};${BUILTIN_CARD}")
  target_sources(qs_model PRIVATE ${bytes})
endif()
