/* With what C++ has of each thread: an object with a destructor, and exceptions that are being handled. */
#define PLUGIN "cxx"
#include "test/locals/locals.h"

#include <stdexcept>
#include <string>

static thread_local std::string held;

static void hold(int value)
{
	held = "a text that is too long for the object itself " + std::to_string(value);
}

static bool holds(int value)
{
	try {
		throw std::runtime_error(held);
	} catch (const std::exception &e) {
		return e.what() == "a text that is too long for the object itself " +
					   std::to_string(value);
	}
}
