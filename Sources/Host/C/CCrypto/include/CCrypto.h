#pragma once

#include "certificate.h"
#include "digest.h"
#include "seal.h"
