#!/bin/bash
# Builds ernforge_train.so against a CUDA libtorch: build_module.sh SRC TORCH CUDA_INCLUDE_LIB_DIR NVCC OUT JOBS STATIC_LIBS...
set -e
SRC=$1 TORCH=$2 CUDA=$3 NVCC=$4 OUT=$5 JOBS=$6; shift 6
mkdir -p $OUT
FLAGS="-std=c++20 -O2 -fPIC -DNDEBUG -DERN_TRAIN_CUDA -DERN_TRAIN_CUDA_KERNELS -DFMT_HEADER_ONLY -D_GLIBCXX_USE_CXX11_ABI=1 -I$SRC $EXTRA_INC -isystem $TORCH/include -isystem $TORCH/include/torch/csrc/api/include -isystem $CUDA/include"
( ls $SRC/train/*.cpp | xargs -P $JOBS -I{} sh -c 'o='$OUT'/$(basename {} .cpp).o; [ $o -nt {} ] && [ $o -nt '$SRC'/train/trainer.h ] && exit 0; x="-O2"; [ $(basename {}) = kernels.cpp ] && x="-O3 -fno-trapping-math -fno-math-errno"; g++ '"$FLAGS"' $x -c {} -o $o || { rm -f $o; exit 255; }' )
$NVCC -std=c++20 -O3 -gencode=arch=compute_90,code=sm_90 -Xcompiler -fPIC -I $SRC -c $SRC/train/kernels_cuda.cu -o $OUT/kernels_cuda_cu.o
CUDART=$(ls $CUDA/lib/libcudart.so* $CUDA/lib64/libcudart.so* 2>/dev/null | head -1)
g++ -shared -o $OUT/ernforge_train.so $OUT/*.o "$@" -L$TORCH/lib -Wl,--no-as-needed -ltorch -ltorch_cpu -ltorch_cuda -lc10 -lc10_cuda $CUDART -Wl,--as-needed -lz
