using Sbx.Api.Contracts;
using Sbx.Images;

namespace Sbx.Daemon.Machines;

/// <summary>Shows the progress of a download as progress of the operation it is part of.</summary>
internal sealed class ImageLines(IProgress<OperationEvent> target) : IProgress<ImageProgress>
{
    public void Report(ImageProgress value) => target.Report(new OperationEvent { Status = value.ToString(), Fraction = value.Fraction });
}
