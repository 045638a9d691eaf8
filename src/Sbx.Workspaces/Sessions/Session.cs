using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Operations;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Sessions;

/// <summary>One guest being served, from its handshake to the end of its channel.</summary>
internal sealed class Session
{
    private readonly RequestReader _reader;
    private readonly SessionState _state;
    private readonly Workers _workers;
    private readonly FileLocks _locks;
    private readonly Dispatcher _dispatcher;

    internal Session(int socket, WorkspaceServerOptions options)
    {
        var output = new Output(socket);
        _reader = new RequestReader(socket);
        _state = new SessionState(options, output);
        _workers = new Workers(options.Owner, output);
        _locks = new FileLocks(_state);
        _dispatcher = new Dispatcher(_state, _workers, _locks);
    }

    internal SessionState State => _state;

    /// <summary>Serves until the channel ends.</summary>
    /// <exception cref="WorkspaceException">The guest broke the protocol, or this thread cannot act as the owner.</exception>
    internal void Run()
    {
        ThreadIdentity.Assume(_state.Options.Owner);
        _state.Watcher?.Start();
        var reply = _state.Reply;
        while (_reader.Next(out var request))
        {
            lock (_state.Gate)
            {
                _state.Tree.Descriptors.Begin();
                reply.Begin();
                var outcome = _dispatcher.Dispatch(ref request);
                if (outcome != Outcome.NoReply)
                    reply.Finish(request.Header.Unique, outcome);
                // Under the gate, so that no announcement overtakes an answer that is older.
                if (!_reader.HasRequest)
                    reply.Flush();
            }
        }
    }

    /// <summary>Ends the other threads and closes every descriptor.</summary>
    internal void Close()
    {
        _workers.Stop();
        _locks.Dispose();
        _state.Watcher?.Dispose();
        lock (_state.Gate)
        {
            _state.Handles.Clear();
            _state.Tree.Descriptors.CloseAll();
            RootOpener.Close(_state.Tree.Roots);
        }
    }
}
