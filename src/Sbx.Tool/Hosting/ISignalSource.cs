using System.Runtime.InteropServices;

namespace Sbx.Tool.Hosting;

/// <summary>Signals that the process receives.</summary>
internal interface ISignalSource
{
    /// <summary>Cancelled by the first terminating signal that no handler took.</summary>
    CancellationToken Interrupted { get; }

    /// <summary>Number of the signal that cancelled <see cref="Interrupted"/>, or null.</summary>
    int? Interruption { get; }

    /// <summary>Hands all signals to <paramref name="handler"/> until the result is disposed. Handlers nest; the latest one has them.</summary>
    IDisposable Handle(Action<PosixSignal> handler);
}
