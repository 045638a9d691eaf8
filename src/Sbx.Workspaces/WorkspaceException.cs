namespace Sbx.Workspaces;

/// <summary>A workspace cannot be served; the message says which and why.</summary>
/// <param name="message">One line for the user.</param>
public class WorkspaceException(string message) : IOException(message);

/// <summary>The guest sent what the FUSE protocol does not allow; its session was ended.</summary>
/// <param name="message">What was wrong.</param>
public sealed class WorkspaceProtocolException(string message) : WorkspaceException(message);
