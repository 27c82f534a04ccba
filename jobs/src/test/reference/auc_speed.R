# How long AUCs with a cluster bootstrap take in R, to set beside StatisticsBenchmark.java.
# Run: Rscript jobs/src/test/reference/auc_speed.R FILE, with the segment that the benchmark wrote
#
# Eight metrics of one segment: pROC's AUC of each metric in 200
# resamples of whole customers. pROC's own bootstrap can't keep a customer's answers together.
suppressMessages(library(pROC))
set.seed(1)
segment <- read.csv(commandArgs(trailingOnly = TRUE)[1])
metrics <- grep("^metric", names(segment), value = TRUE)
rows <- split(seq_len(nrow(segment)), segment$customer)
aucs <- function(data) {
  sapply(metrics, function(metric)
    as.numeric(auc(data$lost, data[[metric]], levels = c(1, 0), direction = "<")))
}
seconds <- system.time({
  estimate <- aucs(segment)
  replicates <- t(replicate(200, {
    drawn <- sample(length(rows), replace = TRUE)
    aucs(segment[unlist(rows[drawn], use.names = FALSE), ])
  }))
})[["elapsed"]]
cat(sprintf("%d answers of %d customers, %d metrics\n", nrow(segment), length(rows),
            length(metrics)))
cat(sprintf("AUC        %s\n", paste(sprintf("%.4f", estimate), collapse = " ")))
cat(sprintf("its error  %s\n", paste(sprintf("%.4f", apply(replicates, 2, sd)), collapse = " ")))
cat(sprintf("seconds    %.2f\n", seconds))
