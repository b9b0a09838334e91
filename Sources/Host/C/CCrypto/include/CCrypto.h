#pragma once

#include "digest.h"
#include "seal.h"
