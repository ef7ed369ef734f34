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
