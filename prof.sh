#!/bin/bash
# prof.sh BIN PATH N OUT
rm -f $4 $4.*; valgrind --tool=callgrind --callgrind-out-file=$4 $1 hot $2 $3 2>&1 | grep Collected
