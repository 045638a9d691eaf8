using System.Globalization;
using Sbx.Api.Contracts;
using Sbx.Images;

namespace Sbx.Daemon.Machines;

/// <summary>Shows the progress of a download as progress of the operation it is part of.</summary>
internal sealed class ImageLines(IProgress<OperationEvent> target) : IProgress<ImageProgress>
{
    private const double Megabyte = 1024 * 1024;

    public void Report(ImageProgress value)
    {
        var done = value.Stage switch
        {
            ImageStage.Waiting => "Waiting for",
            ImageStage.Unpacking => "Unpacking",
            _ => "Downloading",
        };
        // The text stays the same while the part grows, so that a log shows one line per step.
        var size = value.Total is { } total ? string.Create(CultureInfo.InvariantCulture, $" ({total / Megabyte:0} MiB)") : string.Empty;
        target.Report(new OperationEvent
        {
            Status = $"{done} {value.Package}{size}",
            Fraction = value.Total is > 0 ? (double)value.Bytes / value.Total : null,
        });
    }
}
