#pragma once
#include "digest.h"
