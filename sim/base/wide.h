/*
 * wide: a function of loops over columns is compiled twice, for processors
 * that take four doubles at a time and for any; which of them runs is chosen
 * when the program is loaded. Both say the same to the bit: neither fuses a
 * product with a sum. Of other compilers and systems there is one.
 */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

#endif
