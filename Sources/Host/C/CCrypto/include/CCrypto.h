#pragma once
#include "seal.h"
