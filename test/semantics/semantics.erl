%% The puppet by the name that it has on Joist, where a module is a plugin: so that either system starts
%% those of the other.
-module(semantics).
-export([puppet/1]).

puppet([]) -> puppet:run().
