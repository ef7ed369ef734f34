# SPDX-License-Identifier: Apache-2.0
# Finds libtorch for ERN_TRAIN. The rest of ernforge does without it, so a missing one switches the trainer off and
# says so.
if(ERN_TRAIN)
  find_package(Torch QUIET)
  if(NOT Torch_FOUND)
    message(WARNING "libtorch was not found: ernforge is built without `ernforge train`. "
                    "Install it (Debian: libtorch-dev) or give -DTorch_DIR=..., "
                    "or say -DERN_TRAIN=OFF to silence this.")
    set(ERN_TRAIN OFF)
  endif()
endif()
# A libtorch with CUDA: the same sources use the GPU. nvcc adds the fused kernels.
set(ERN_TRAIN_CUDA OFF)
if(ERN_TRAIN AND TORCH_CUDA_LIBRARIES)
  set(ERN_TRAIN_CUDA ON)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    if(NOT CMAKE_CUDA_ARCHITECTURES)
      set(CMAKE_CUDA_ARCHITECTURES native)
    endif()
    enable_language(CUDA)
    set(CMAKE_CUDA_STANDARD 20)
  endif()
endif()
