# Compiles resources/imagenet_classes.tsv into qs_datasets as one string, so that no file is needed at run time.
if(TARGET qs_datasets)
  set(table ${CMAKE_SOURCE_DIR}/resources/imagenet_classes.tsv)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
  file(READ ${table} IMAGENET_CLASSES)
  configure_file(${CMAKE_SOURCE_DIR}/datasets/imagenet_table.cpp.in ${CMAKE_BINARY_DIR}/generated/imagenet_table.cpp @ONLY)
  target_sources(qs_datasets PRIVATE ${CMAKE_BINARY_DIR}/generated/imagenet_table.cpp)
endif()
