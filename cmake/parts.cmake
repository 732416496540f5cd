# SPDX-License-Identifier: MIT
# ix_part(NAME DIR dir [WINGS dir...] [DPDK] [LINK part...]): a static library
# ix_NAME of dir/*.c and of the wings' dir/WING/*.c, and a cmocka test for each
# dir/test/test_*.c.
find_library(CMOCKA cmocka)

function(ix_part name)
	cmake_parse_arguments(P "DPDK" "DIR" "WINGS;LINK" ${ARGN})
	file(GLOB src CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${P_DIR}/*.c
		${CMAKE_SOURCE_DIR}/${P_DIR}/*.S)
	foreach(wing ${P_WINGS})
		file(GLOB more CONFIGURE_DEPENDS
			${CMAKE_SOURCE_DIR}/${P_DIR}/${wing}/*.c)
		list(APPEND src ${more})
	endforeach()
	if(NOT src)
		return()
	endif()
	add_library(ix_${name} STATIC ${src})
	target_include_directories(ix_${name} PUBLIC ${CMAKE_SOURCE_DIR})
	if(P_DPDK)
		target_include_directories(ix_${name} SYSTEM PUBLIC
			${DPDK_INCLUDE_DIRS})
		target_include_directories(ix_${name} PUBLIC
			${CMAKE_SOURCE_DIR}/dataplane)
		target_compile_options(ix_${name} PUBLIC ${IX_DPDK_CFLAGS})
	endif()
	foreach(part ${P_LINK})
		if(TARGET ix_${part})
			target_link_libraries(ix_${name} PUBLIC ix_${part})
		endif()
	endforeach()
	file(GLOB tests CONFIGURE_DEPENDS
		${CMAKE_SOURCE_DIR}/${P_DIR}/test/test_*.c)
	foreach(t ${tests})
		get_filename_component(tname ${t} NAME_WE)
		set(target ${name}_${tname})
		add_executable(${target} ${t})
		target_link_libraries(${target} PRIVATE ix_${name} ${CMOCKA})
		if(P_DPDK)
			target_link_libraries(${target} PRIVATE ix_dpdk)
		endif()
		set_target_properties(${target} PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
		add_test(NAME ${target} COMMAND ${target})
		set_tests_properties(${target} PROPERTIES TIMEOUT 60)
	endforeach()
endfunction()
