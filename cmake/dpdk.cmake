# SPDX-License-Identifier: MIT
# DPDK, linked statically and only with the drivers that --dev can name: a
# shared DPDK would load every driver of the system into the program.
find_package(PkgConfig REQUIRED)
pkg_check_modules(DPDK REQUIRED libdpdk>=22.11)
pkg_check_modules(XDP REQUIRED libxdp libbpf)
pkg_check_modules(MNL REQUIRED libmnl)
pkg_get_variable(DPDK_LIBDIR libdpdk libdir)

set(IX_DPDK_CFLAGS -include rte_config.h -march=corei7
	-DALLOW_EXPERIMENTAL_API)
set(IX_DPDK_INCLUDES ${DPDK_INCLUDE_DIRS} ${CMAKE_SOURCE_DIR}/dataplane)

set(_drivers net_af_packet net_af_xdp net_memif net_ring net_null
	net_e1000 net_vmxnet3 net_virtio net_ixgbe net_i40e net_ice net_iavf
	bus_vdev bus_pci mempool_ring common_iavf)
set(_libs ethdev mbuf mempool ring eal kvargs telemetry net meter hash rcu
	gso gro ip_frag pci timer security cryptodev)

# Copies of these archives call dataplane/drv/common/quiet/ instead of libc where
# that would disturb the program; its header says why.
set(_quiet_eal openlog=quiet_openlog closelog=quiet_closelog
	__syslog_chk=quiet_syslog_chk stderr=quiet_stderr)
set(_quiet_net_af_packet poll=quiet_poll setsockopt=quiet_setsockopt)
set(_quiet_net_af_xdp poll=quiet_poll ioctl=quiet_ioctl)

function(ix_quiet_copy lib out_var)
	set(from ${DPDK_LIBDIR}/librte_${lib}.a)
	set(to ${CMAKE_BINARY_DIR}/dpdk/librte_${lib}.a)
	set(args)
	foreach(pair ${_quiet_${lib}})
		list(APPEND args --redefine-sym ${pair})
	endforeach()
	file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/dpdk)
	execute_process(COMMAND ${CMAKE_OBJCOPY} ${args} ${from} ${to}
		COMMAND_ERROR_IS_FATAL ANY)
	set(${out_var} ${to} PARENT_SCOPE)
endfunction()

set(IX_DPDK_ARCHIVES)
foreach(lib ${_drivers} ${_libs})
	set(_archive ${DPDK_LIBDIR}/librte_${lib}.a)
	if(EXISTS ${_archive})
		if(_quiet_${lib})
			ix_quiet_copy(${lib} _archive)
		endif()
		list(APPEND IX_DPDK_ARCHIVES ${_archive})
	endif()
endforeach()

add_library(ix_quiet STATIC dataplane/drv/common/quiet/quiet.c)
target_include_directories(ix_quiet PRIVATE ${CMAKE_SOURCE_DIR}/dataplane)

add_library(ix_dpdk INTERFACE)
list(JOIN IX_DPDK_ARCHIVES "," _whole)
target_link_libraries(ix_dpdk INTERFACE
	"$<LINK_LIBRARY:WHOLE_ARCHIVE,${_whole}>"
	ix_quiet xdp bpf mnl elf numa dl m pthread z bsd)

# A device's answering machine, for tests by hand: dataplane/drv/test/echo.c.
function(ix_drv_tools)
	if(TARGET ix_drv)
		add_executable(drv_echo dataplane/drv/test/echo.c)
		target_link_libraries(drv_echo PRIVATE ix_drv ix_dpdk)
		set_target_properties(drv_echo PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
	endif()
endfunction()
cmake_language(DEFER CALL ix_drv_tools)
