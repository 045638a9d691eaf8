using Sbx.Api.Contracts;

namespace Sbx.Daemon.Machines;

/// <summary>Shows a part's lines as progress of the operation.</summary>
internal sealed class StatusLines(IProgress<OperationEvent> target) : IProgress<string>
{
    public void Report(string value) => target.Report(new OperationEvent { Status = value });
}
