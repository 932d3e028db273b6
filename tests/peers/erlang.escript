#!/usr/bin/env escript
%% Erlang's ssl as the peer of the close matrix (the command line and the scenarios are those of peer.hpp).
-mode(compile).

main([Role, Version, Scenario, Port, Certificate, Key]) ->
    timer:apply_after(60000, erlang, halt, [1]),
    logger:set_primary_config(level, none),
    {ok, _} = application:ensure_all_started(ssl),
    {ok, Line} = gen_tcp:connect({127, 0, 0, 1}, list_to_integer(Port), [binary, {active, false}, {nodelay, true}]),
    Options = [{versions, [version(Version)]}, {active, false}, {mode, binary}],
    case shake(Role, Line, Options, Certificate, Key) of
        {ok, Peer} -> say(true, play(Peer, Scenario));
        {error, Why} -> say(false, seen(0, 0, "error", "", Why))
    end.

version("1.3") -> 'tlsv1.3';
version("1.2") -> 'tlsv1.2'.

shake("server", Line, Options, Certificate, Key) ->
    ssl:handshake(Line, [{certfile, Certificate}, {keyfile, Key} | Options]);
shake("client", Line, Options, _, _) ->
    ssl:connect(Line, [{verify, verify_none}, {server_name_indication, "a.test"} | Options], infinity).

play(Peer, Scenario) ->
    case ssl:recv(Peer, 8) of
        {ok, <<"question">>} -> answer(Peer, Scenario);
        {error, Why} -> seen(0, 0, "error", "refused", Why)  % the close behind it was faster
    end.

answer(Peer, Scenario) ->
    Answered = ssl:send(Peer, <<"answer">>),
    Seen = act(Peer, Scenario),
    ssl:close(Peer),
    case Answered of ok -> Seen; {error, _} -> Seen#{late := "refused"} end.

act(_, "close") -> seen(0, 0, "", "", "");
act(Peer, "write") ->
    ok = ssl:send(Peer, binary:part(binary:copy(<<"abcdefghijklmnopqrstuvwxyz">>, 1539), 0, 40000)),
    seen(0, 0, "", "", "");
act(Peer, "wait") ->
    ssl:shutdown(Peer, write),
    read(Peer, 0, 0);
act(Peer, "read") -> read(Peer, 0, 0);
act(Peer, "late") ->
    Seen = read(Peer, 0, 0),
    Late = case ssl:send(Peer, <<"too late">>) of ok -> "written"; {error, _} -> "refused" end,
    Seen#{late := Late}.

read(Peer, Received, Check) ->
    case ssl:recv(Peer, 0) of
        {ok, Part} -> read(Peer, Received + byte_size(Part), check(Part, Check));
        {error, closed} -> seen(Received, Check, "end", "", "");  % it does not say whether close_notify came
        {error, Why} -> seen(Received, Check, "error", "", Why)
    end.

check(<<>>, Check) -> Check;
check(<<Byte, Rest/binary>>, Check) -> check(Rest, (Check * 31 + Byte) band 16#FFFFFFFF).

seen(Received, Check, End, Late, Why) ->
    #{received => Received, check => Check, 'end' => End, late => Late, why => Why}.

say(Handshake, #{received := Received, check := Check, 'end' := End, late := Late, why := Why}) ->
    Text = [C || C <- lists:flatten(io_lib:format("~0p", [Why])), C =/= $", C =/= $\\],
    {ok, Ssl} = application:get_key(ssl, vsn),
    io:format("{\"peer\":\"Erlang ssl ~s\",\"handshake\":~s,\"received\":~b,\"check\":~b,\"end\":\"~s\",\"late\":\"~s\","
              "\"why\":\"~s\"}~n", [Ssl, Handshake, Received, Check, End, Late, Text]).
