# SPDX-License-Identifier: MIT
# What a build leaves in bin/ and lib/ (docs: README, "Build").
find_package(PkgConfig REQUIRED)
pkg_check_modules(CONFIGLIB REQUIRED libconfig)
pkg_check_modules(JANSSON REQUIRED jansson)

if(TARGET ix_host)
	add_library(ixdp SHARED cmake/empty.c)
	target_link_libraries(ixdp PRIVATE
		"$<LINK_LIBRARY:WHOLE_ARCHIVE,ix_host>"
		ix_dpdk ${CONFIGLIB_LIBRARIES})
	target_link_options(ixdp PRIVATE -Wl,-z,defs
		-Wl,--version-script=${CMAKE_SOURCE_DIR}/control/host/ixdp.map)
	install(TARGETS ixdp LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/ix)
endif()
if(TARGET ix_shimcore)
	set(calls ${CMAKE_SOURCE_DIR}/shim/host/calls.def)
	set(mkmap ${CMAKE_SOURCE_DIR}/shim/host/mkmap.sh)
	add_custom_command(OUTPUT ${SHIM_MAP} DEPENDS ${calls} ${mkmap}
		COMMAND ${mkmap} ${calls} ${SHIM_MAP} VERBATIM)
	add_library(ixshim SHARED cmake/empty.c ${SHIM_MAP})
	target_link_libraries(ixshim PRIVATE
		"$<LINK_LIBRARY:WHOLE_ARCHIVE,ix_shimcore>"
		ix_libix dl pthread)
	# protected mode runs it as a program: shim/process/keeper.c
	target_link_options(ixshim PRIVATE -Wl,-z,defs -Wl,-e,ix_keeper_entry
		-Wl,--version-script=${SHIM_MAP})
	set_target_properties(ixshim PROPERTIES LINK_DEPENDS ${SHIM_MAP})
	install(TARGETS ixshim LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/ix)
endif()
if(TARGET ix_libix)
	add_library(ix SHARED cmake/empty.c)
	target_link_libraries(ix PRIVATE
		"$<LINK_LIBRARY:WHOLE_ARCHIVE,ix_libix>" dl pthread)
	target_link_options(ix PRIVATE -Wl,-z,defs
		-Wl,--version-script=${CMAKE_SOURCE_DIR}/libix/ix.map)
	set_target_properties(ix_libix PROPERTIES OUTPUT_NAME ix
		C_VISIBILITY_PRESET default)
	install(TARGETS ix ix_libix DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
foreach(tool ix-run ixcp)
	file(GLOB src CONFIGURE_DEPENDS
		${CMAKE_SOURCE_DIR}/control/${tool}/*.c)
	if(src)
		add_executable(${tool} ${src})
		target_compile_options(${tool} PRIVATE -Wconversion)
		target_link_libraries(${tool} PRIVATE ix_config
			${CONFIGLIB_LIBRARIES} ${JANSSON_LIBRARIES} dl)
		if(tool STREQUAL ix-run)
			target_link_libraries(${tool} PRIVATE ix_dune)
		endif()
		install(TARGETS ${tool})
	endif()
endforeach()
# tests of a tool run it: TOOL/test/test_*.c. ix-run preloads the shim, which
# the sanitizers do not allow.
foreach(tool ix-run ixcp)
	if(IX_SANITIZE AND tool STREQUAL ix-run)
		continue()
	endif()
	file(GLOB tests CONFIGURE_DEPENDS
		${CMAKE_SOURCE_DIR}/control/${tool}/test/test_*.c)
	foreach(t ${tests})
		get_filename_component(tname ${t} NAME_WE)
		add_executable(${tool}_${tname} ${t})
		target_link_libraries(${tool}_${tname} PRIVATE ${CMOCKA})
		set_target_properties(${tool}_${tname} PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
		add_dependencies(${tool}_${tname} ${tool})
		add_test(NAME ${tool}_${tname} COMMAND ${tool}_${tname})
		set_tests_properties(${tool}_${tname} PROPERTIES TIMEOUT 60)
	endforeach()
endforeach()

configure_file(${CMAKE_SOURCE_DIR}/ix.pc.in ix.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/ix.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
	FILES_MATCHING PATTERN "*.1")
install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5
	FILES_MATCHING PATTERN "*.5")
install(DIRECTORY include/ix DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
